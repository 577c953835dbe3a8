//! The Dockerfile cannot be run everywhere, so a test reads it: its stages and paths must exist.

#[cfg(test)]
mod tests {
    use crate::paths;

    fn instructions() -> Vec<(String, String)> {
        let text = std::fs::read_to_string(paths::root().join("Dockerfile")).expect("the Dockerfile is there");
        let joined = text.replace("\\\n", " ");
        let lines = joined.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        let split = lines.filter_map(|line| line.split_once(' '));
        split.map(|(word, rest)| (word.to_owned(), rest.trim().to_owned())).collect()
    }

    #[test]
    fn every_stage_that_is_copied_from_exists_before() {
        let mut stages = Vec::new();
        for (word, rest) in instructions() {
            if word == "FROM" {
                stages.extend(rest.split(" AS ").nth(1).map(str::to_owned));
            }
            let stage = rest.split_whitespace().find_map(|part| part.strip_prefix("--from="));
            if let (true, Some(stage)) = (word == "COPY", stage) {
                assert!(stages.iter().any(|known| known == stage), "there is no stage {stage} in {stages:?}");
            }
        }
        assert!(stages.len() >= 2, "the build has stages: {stages:?}");
    }

    #[test]
    fn every_path_that_is_copied_from_the_project_exists() {
        let from_project =
            instructions().into_iter().filter(|(word, rest)| word == "COPY" && !rest.contains("--from="));
        for (_, rest) in from_project {
            let mut paths: Vec<&str> = rest.split_whitespace().filter(|part| !part.starts_with("--")).collect();
            paths.pop();
            for path in paths {
                assert!(paths::root().join(path).exists(), "{path} does not exist");
            }
        }
    }

    #[test]
    fn the_image_runs_as_a_user_with_a_volume_and_a_health_check() {
        let all = instructions();
        let find = |word: &str| all.iter().rev().find(|(known, _)| known == word).map(|(_, rest)| rest.as_str());
        assert!(find("USER").is_some_and(|user| user != "root" && user != "0"), "{:?}", find("USER"));
        assert_eq!(find("VOLUME"), Some("/var/lib/ferry"));
        assert!(find("HEALTHCHECK").is_some_and(|check| check.contains("ferry")));
        assert!(all.iter().any(|(word, rest)| word == "RUN" && rest.contains("cargo xtask build --release")));
    }
}
