//! What is made for people and their editors: the commented configuration, the schema, the reference, the help.

use crate::home::Home;

#[test]
fn init_writes_a_configuration_that_check_accepts_and_never_replaces_one_unasked() {
    let home = Home::new();
    assert!(home.done(&["init"]).contains("cordon.toml"));
    let written = std::fs::read_to_string(home.path("cordon.toml")).unwrap();
    assert!(home.done(&["check"]).contains("cordon.toml is valid"));
    home.write("cordon.toml", "# mine\n");
    home.run(&["init"]).check(2, "--force");
    assert_eq!(std::fs::read_to_string(home.path("cordon.toml")).unwrap(), "# mine\n");
    home.done(&["init", "--force"]);
    assert_eq!(std::fs::read_to_string(home.path("cordon.toml")).unwrap(), written);
    assert_eq!(home.done(&["init", "-"]), written);
}

#[test]
fn the_schema_is_json_and_knows_every_section() {
    let schema: serde_json::Value = serde_json::from_str(&Home::new().done(&["check", "--schema"])).unwrap();
    for section in ["server", "limits", "state", "treatments", "apps", "deployments", "provider_keys"] {
        assert!(schema["properties"][section]["description"].is_string(), "{section}");
    }
}

#[test]
fn the_reference_page_in_the_repository_is_the_one_that_is_made() {
    let made = Home::new().done(&["check", "--reference"]);
    let kept =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/configuration.md")).unwrap();
    assert!(made == kept, "run: cordon check --reference --write docs/configuration.md");
}

#[test]
fn the_page_of_the_command_line_names_every_command() {
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/cli.md")).unwrap();
    let help = Home::new().done(&["--help"]);
    let commands = help.lines().skip_while(|line| !line.starts_with("Commands:")).skip(1);
    for line in commands
        .take_while(|line| !line.is_empty())
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
    {
        let command = line.split_whitespace().next().unwrap();
        assert!(
            command == "help" || page.contains(&format!("`cordon {command}")),
            "docs/cli.md lacks {command}"
        );
    }
}

#[test]
fn a_wrong_command_line_ends_with_2_and_help_with_0() {
    let home = Home::new();
    assert_eq!(home.run(&["serfe"]).code, 2);
    assert_eq!(home.run(&["keys", "create"]).code, 2);
    assert_eq!(home.run(&["--version"]).code, 0);
    assert_eq!(home.run(&["keys", "--help"]).code, 0);
}
