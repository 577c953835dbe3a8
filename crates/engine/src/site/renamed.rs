//! A source whose resources have other names on the target.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use ferry_model::{CapturedColumn, DeploymentInfo, QueryId, ResourceName, StepAction, TimeRange};
use ferry_plan::Plan;
use ferry_timeplus::FilledDefinition;
use futures::FutureExt;
use futures::future::BoxFuture;

use super::{Answer, Bucket, InsertEnd, InsertSelect, ProgressSink, RelayRead, Running, Site, TimeSpan};
use crate::SliceRows;
use crate::verify::{BucketDigest, Bucketing, Question, RowDigest};

/// The source of a plan as the steps see it: they call every resource as the target does, and it answers for what the
/// source calls otherwise (rule T22).
pub(crate) fn source_of(plan: &Plan, source: &Arc<dyn Site>) -> Arc<dyn Site> {
    let reads = plan.enabled_steps().filter(|step| matches!(step.action, StepAction::Copy | StepAction::Compare));
    let names: BTreeMap<ResourceName, ResourceName> =
        reads.filter_map(|step| Some((step.resource.clone(), step.source.clone()?))).collect();
    match names.is_empty() {
        true => source.clone(),
        false => Arc::new(Renamed { site: source.clone(), names }),
    }
}

struct Renamed {
    site: Arc<dyn Site>,
    /// What the source calls it, by what the target calls it.
    names: BTreeMap<ResourceName, ResourceName>,
}

impl Renamed {
    fn name<'a>(&'a self, resource: &'a ResourceName) -> &'a ResourceName {
        self.names.get(resource).unwrap_or(resource)
    }

    fn question(&self, question: &Question) -> Question {
        Question { stream: self.name(&question.stream).clone(), ..question.clone() }
    }
}

impl Site for Renamed {
    fn address(&self) -> String {
        self.site.address()
    }

    fn info(&self) -> DeploymentInfo {
        self.site.info()
    }

    fn has_app_server(&self) -> bool {
        self.site.has_app_server()
    }

    fn exists<'a>(&'a self, resource: &'a ResourceName) -> Answer<'a, bool> {
        self.site.exists(self.name(resource))
    }

    fn definition<'a>(&'a self, resource: &'a ResourceName) -> Answer<'a, String> {
        self.site.definition(self.name(resource))
    }

    fn ids<'a>(&'a self, resource: &'a ResourceName) -> Answer<'a, Vec<String>> {
        self.site.ids(self.name(resource))
    }

    fn create<'a>(
        &'a self,
        resource: &'a ResourceName,
        definition: &'a FilledDefinition,
    ) -> Answer<'a, Option<String>> {
        self.site.create(self.name(resource), definition)
    }

    fn remove<'a>(&'a self, resource: &'a ResourceName, server_id: Option<&'a str>) -> Answer<'a, ()> {
        self.site.remove(self.name(resource), server_id)
    }

    fn count<'a>(&'a self, resource: &'a ResourceName) -> Answer<'a, u64> {
        self.site.count(self.name(resource))
    }

    fn count_in<'a>(&'a self, stream: &'a ResourceName, rows: &SliceRows) -> Answer<'a, u64> {
        self.site.count_in(self.name(stream), rows)
    }

    fn span_by_day<'a>(&'a self, stream: &'a ResourceName) -> Answer<'a, Option<TimeSpan>> {
        self.site.span_by_day(self.name(stream))
    }

    fn histogram<'a>(&'a self, stream: &'a ResourceName, range: TimeRange, width_ms: i64) -> Answer<'a, Vec<Bucket>> {
        self.site.histogram(self.name(stream), range, width_ms)
    }

    fn bucket_digests<'a>(&'a self, question: &'a Question, bucketing: Bucketing) -> Answer<'a, Vec<BucketDigest>> {
        async move { self.site.bucket_digests(&self.question(question), bucketing).await }.boxed()
    }

    fn row_digests<'a>(&'a self, question: &'a Question, limit: u64) -> Answer<'a, Vec<RowDigest>> {
        async move { self.site.row_digests(&self.question(question), limit).await }.boxed()
    }

    fn delete_in<'a>(&'a self, stream: &'a ResourceName, rows: &SliceRows) -> Answer<'a, ()> {
        self.site.delete_in(self.name(stream), rows)
    }

    fn columns<'a>(&'a self, resource: &'a ResourceName) -> Answer<'a, Vec<CapturedColumn>> {
        self.site.columns(self.name(resource))
    }

    fn flush_interval<'a>(&'a self, resource: &'a ResourceName) -> Answer<'a, Duration> {
        self.site.flush_interval(self.name(resource))
    }

    fn insert_select<'a>(&'a self, insert: &'a InsertSelect, progress: ProgressSink<'a>) -> BoxFuture<'a, InsertEnd> {
        self.site.insert_select(insert, progress)
    }

    fn query_is_running<'a>(&'a self, query: &'a QueryId) -> Answer<'a, bool> {
        self.site.query_is_running(query)
    }

    fn cancel_query<'a>(&'a self, query: &'a QueryId) -> Answer<'a, ()> {
        self.site.cancel_query(query)
    }

    fn is_running<'a>(&'a self, resource: &'a ResourceName, server_id: Option<&'a str>) -> Answer<'a, bool> {
        self.site.is_running(self.name(resource), server_id)
    }

    fn set_running<'a>(
        &'a self,
        resource: &'a ResourceName,
        server_id: Option<&'a str>,
        wanted: Running,
    ) -> Answer<'a, ()> {
        self.site.set_running(self.name(resource), server_id, wanted)
    }

    fn relay_into<'a>(
        &'a self,
        target: &'a dyn Site,
        insert: &'a InsertSelect,
        progress: ProgressSink<'a>,
    ) -> BoxFuture<'a, InsertEnd> {
        async move {
            let relay = insert.relay.clone().map(|read| RelayRead { stream: self.name(&read.stream).clone(), ..read });
            self.site.relay_into(target, &InsertSelect { relay, ..insert.clone() }, progress).await
        }
        .boxed()
    }

    fn hidden_from_user(&self) -> Answer<'_, Vec<String>> {
        self.site.hidden_from_user()
    }

    fn first_row<'a>(&'a self, sql: &'a str) -> Answer<'a, Vec<String>> {
        self.site.first_row(sql)
    }
}
