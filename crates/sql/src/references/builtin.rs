//! Names of the server's own functions, for texts that come without a captured catalogue.
//!
//! The server has more than a thousand, most of them in families. A name that is missing here is
//! listed as unresolved; it never becomes a reference.

use std::collections::HashSet;
use std::sync::LazyLock;

/// Whether a name, in lower case, is one of the server's functions.
pub(super) fn is_builtin(name: &str) -> bool {
    is_known(name) || COMBINATORS.iter().any(|ending| name.strip_suffix(ending).is_some_and(is_builtin))
}

fn is_known(name: &str) -> bool {
    static KNOWN: LazyLock<HashSet<&str>> = LazyLock::new(|| NAMES.split_ascii_whitespace().collect());
    KNOWN.contains(name) || FAMILIES.iter().any(|start| name.starts_with(start) && name.len() > start.len())
}

/// Endings that make another function of a function.
const COMBINATORS: [&str; 18] = [
    "_if",
    "_array",
    "_map",
    "_state",
    "_merge",
    "_merge_state",
    "_for_each",
    "_distinct",
    "_distinct_streaming",
    "_or_null",
    "_or_default",
    "_or_zero",
    "_resample",
    "_retract",
    "_utf8",
    "_case_insensitive",
    "_simple_state",
    "_arg_min",
];

/// Beginnings that only the server's functions have.
const FAMILIES: [&str; 88] = [
    "to_start_of_",
    "to_interval_",
    "to_int",
    "to_uint",
    "to_float",
    "to_decimal",
    "to_date",
    "to_unix_timestamp",
    "to_yyyymm",
    "to_relative_",
    "to_day_of_",
    "to_last_day_",
    "to_ipv",
    "to_fixed_string",
    "to_type",
    "to_time",
    "to_bool",
    "array_",
    "map_",
    "json_",
    "simple_json_",
    "json_extract",
    "is_",
    "date_",
    "bit_",
    "bitmap_",
    "tuple_",
    "quantile",
    "quantiles",
    "uniq",
    "group_",
    "dict_",
    "random_",
    "rand_",
    "reinterpret_as_",
    "reinterpret",
    "position",
    "multi_",
    "ngram_",
    "word_shingle_",
    "replace_",
    "split_by_",
    "extract_",
    "cut_",
    "domain",
    "url_",
    "ipv4_",
    "ipv6_",
    "geo_",
    "geohash_",
    "h3_",
    "s2_",
    "polygon",
    "point_in_",
    "great_circle_",
    "murmur_hash",
    "sip_hash",
    "city_hash",
    "farm_hash",
    "metro_hash",
    "xx_hash",
    "xxh",
    "weak_hash",
    "int_hash",
    "halfmd5",
    "stddev_",
    "var_",
    "covar_",
    "corr",
    "skew_",
    "kurt_",
    "arg_m",
    "min_",
    "max_",
    "sum_",
    "add_",
    "subtract_",
    "format_",
    "parse_",
    "from_unix_timestamp",
    "from_",
    "match_",
    "base58_",
    "base64_",
    "bar_",
    "like_",
    "encrypt",
    "decrypt",
];

const NAMES: &str = "\
abs acos acosh accurate_cast accurate_cast_or_default accurate_cast_or_null aes_decrypt_mysql aes_encrypt_mysql aggregate_throw and any any_heavy \
any_last append_trailing_char_if_absent appendtrailingcharifabsent arg_max arg_min array ascii asin asinh assume_not_null atan atan2 atanh avg \
avg_time avg_weighted avg_retract bar base58_decode base64_decode base64_encode bin blocks blockserializedsize boundary_distance bounding_ratio build_id byte_size \
byte_swap case_with_expr case_without_expr cast catboost_evaluate cbrt ceil ceiling changelog char char_length character_length cityhash64 coalesce concat \
concat_assume_injective concat_ws connection_id convert_charset cos cosh count count_distinct count_equal count_substrings crc32 crc32ieee crc64 cramers_v \
cume_dist current_database current_profiles current_roles current_user currentdatabase curtime data_partition date datediff date_diff_within datename day \
dayofmonth dayofweek dayofyear database decode_url_component decode_xml_component decrypt default_roles default_value_of_argument_type \
default_value_of_type_name degrees delta_sum delta_sum_timestamp dense_rank detect_charset detect_language dictget dicthas div divide dot_product dump_column_structure \
e earliest earliest_timestamp earliest_ts edit_distance emit_version empty enabled_profiles enabled_roles encode_url_component encode_xml_component encrypt ends_with \
entropy equals erf erfc error_code_to_name evalmlmethod exp exp10 exp2 exponential_moving_average exponential_time_decayed_avg extract factorial file filesystem_available \
filesystem_capacity filesystem_free finalize_aggregation first_significant_subdomain first_value flatten floor format formatted format_row fqdn \
fragment fuzz_bits gcd generate_uuidv4 generate_series get_macro get_os_kernel_version get_server_port get_setting get_size_of_enum_type getmacro getsetting global_in \
global_not_in global_variable greater greater_or_equals greatest grok grouping has has_all has_any has_column_in_table has_substr has_thread_fuzzer \
has_token hash hex hive_hash histogram hop hop_end hop_start host_name hostname hour hypot identity if if_not_finite if_null ifnull ignore ilike in \
in_ignore_set index_hint initial_query_id initialize_aggregation instr int_div int_div_or_zero int_exp10 int_exp2 interval_length_sum intersection isnull isnotnull java_hash \
javascript_hash join_get join_get_or_null js_hash jump_consistent_hash kafka_murmur_hash kolmogorov_smirnov_test l1_distance l2_distance l2_squared_distance lag lag_in_frame \
lags last_day last_value latest lcase lcm lead lead_in_frame least left left_pad left_pad_utf8 length less less_or_equals levenshtein_distance lgamma like linf_distance ln \
locate log log10 log1p log2 logtrace low_cardinality_indices low_cardinality_keys lower lower_utf8 lp_distance lpad ltrim make_date make_date32 make_datetime make_datetime64 \
make_dateTime mann_whitney_u_test map map_cast map_from_arrays match materialize max max2 max_intersections max_intersections_position max_k max_retract md4 md5 mean_ztest \
median mid min min2 min_k min_retract minus minute mod mode modulo modulo_legacy modulo_or_zero moduloorzero month monthname moving_avg moving_sum moving_xxx \
multiply negate neighbor nested netloc normalize_l1 normalize_l2 normalize_linf normalize_lp normalize_query normalize_query_keep_names normalized_query_hash not not_empty not_equals \
not_ilike not_in not_like not_null nothing now now64 nth_value null_if nullif null_in number_of_columns octet_length or ordinary_least_squares overlay \
partition_id path path_full percent_rank pi plus plus_ipv4 polygon_area pow power proper_value protocol proton_version quarter query_id query_string query_string_and_fragment radians \
rand rand32 rand64 rand_constant range rank rate read_wkt_multi_polygon read_wkt_point read_wkt_polygon read_wkt_ring regexp_extract regexp_quote_meta repeat replace \
replicate retention reverse reverse_dns_query reverse_utf8 right right_pad right_pad_utf8 round round_age round_bankers round_down round_duration round_to_exp2 row row_number \
row_number_in_all_blocks row_number_in_block rpad rtrim running_accumulate running_concurrency running_difference running_difference_starting_with_first_value second sequence_count \
sequence_match sequence_next_node server_uuid session session_end session_start session_window sha1 sha224 sha256 sha384 sha512 shard_count shard_num show_certificate sigmoid sign \
simple_linear_regression sin single_value_or_null sinh sketch sleep sleep_each_row snowflake_to_datetime snowflake_to_datetime64 soundex sparkbar sparse_grams sqrt starts_with \
stochastic_linear_regression stochastic_logistic_regression string_to_h3 structure_to_capn_proto_schema structure_to_protobuf_schema student_t_test substr substring substring_index \
substring_utf8 subtractions sum sum_count sum_kahan sum_map sum_mapped_arrays sum_retract sum_with_overflow svg synonyms table tan tanh tcp_port tgamma theils_u throw_if tid time time_slot \
time_slots time_window time_diff timestamp timestamp_add timestamp_diff timestamp_sub timestamp_trunc timezone timezone_of timezone_offset to_hour to_iso_week to_iso_year to_json to_json_string \
to_low_cardinality to_minute to_modified_julian_day to_monday to_month to_nullable to_quarter to_second to_string to_string_cut_to_zero to_time to_timezone to_uuid to_valid_utf8 to_week \
to_year to_year_week today tokens top_k top_k_exact top_k_exact_weighted top_k_weighted top_level_domain transactionid transform translate translate_utf8 trim trim_both trim_left trim_right trunc truncate \
try_base64_decode try_base58_decode tumble tumble_end tumble_start tuple tuple_element ucase unbin unhex unique_exact unix_timestamp upper upper_utf8 uptime user utc_timestamp uuid uuid_num_to_string uuid_string_to_num uuid_v7 generate_uuid_v4 \
variance version versioned_kv vertical visible_width visit_param_extract_bool visit_param_extract_float visit_param_extract_int visit_param_extract_raw visit_param_extract_string \
visit_param_extract_uint visit_param_has week weekday welch_t_test width_bucket window_end window_funnel window_id window_start with_fill wkt www xor xirr year yesterday yy_yy_mm_dd zookeeper_session_uptime \
avg_time first last string concat_assume_injective to_bytes array ngrams cast_or_default mysql_port tcpport hostname unix_timestamp64 lttb largest_triangle_three_buckets seasonal_decompose generate monotonic to_date to_date32 to_datetime to_int to_uint to_float to_decimal to_unix_timestamp to_yyyymm domain tostring todate \
lag_behind monotonic_ts node_id uniq corr polygons_union replace_all replace_one replace_regexp_all format_datetime tupleelement";

#[cfg(test)]
mod tests {
    use super::is_builtin;

    #[test]
    fn functions_of_the_server_are_told_from_others() {
        for name in
            ["count", "sum_if", "quantiles_timing", "array_map", "to_start_of_hour", "any_last_or_null", "to_string"]
        {
            assert!(is_builtin(name), "{name}");
        }
        for name in ["trigger_pulsebot_task", "infer", "notify_slack", "gh_api", "to_", "embed_text"] {
            assert!(!is_builtin(name), "{name}");
        }
    }
}
