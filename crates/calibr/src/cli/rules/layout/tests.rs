//! Laying out keeps every comment and every meaning, and does nothing the second time.

use proptest::prelude::*;

use super::*;

const UGLY: &str = "# About this file.\n\nname: \"Black week, tents\"   # shown in lists
schema:   rule.v1
steps:   # in order
    - {percent: -33}  # a third
    # Never an even amount.
    - amount: -1 EUR
select: {all: [ {tag: {is: tent}},  # what is sold
    {vendor: {in: [ Fjell,Nordlys ]}} ] }   # end of select
description: A third off last year's tents, since the new ones come in spring and the hall is full to the roof, never below cost.


constraints:
      # What they cost us.
      floor: 60 EUR
      maximum_move: {percent: 40, amount: '30 EUR'}
rounding: {ending: .99}
# The end.
";

const LAID_OUT: &str = "# About this file.

schema: rule.v1
name: \"Black week, tents\"  # shown in lists
description: A third off last year's tents, since the new ones come in spring and the hall is full
  to the roof, never below cost.
select:  # what is sold
  all:
    - tag: { is: tent }
    - vendor: { in: [Fjell, Nordlys] }  # end of select
steps:  # in order
  - percent: -33  # a third
  # Never an even amount.
  - amount: -1 EUR
rounding: { ending: .99 }

constraints:
  # What they cost us.
  floor: 60 EUR
  maximum_move: { amount: \"30 EUR\", percent: 40 }
# The end.
";

#[test]
fn a_file_is_laid_out_with_its_comments() {
    let text = laid_out(UGLY).expect("a layout");
    for comment in UGLY.lines().filter_map(|line| line.split_once('#')).map(|(_, comment)| comment.trim()) {
        assert!(text.contains(comment), "{comment} is lost in {text}");
    }
    assert_eq!(text, LAID_OUT);
    assert_eq!(laid_out(&text).as_deref(), Ok(LAID_OUT));
}

/// The examples of the documentation, which are rules in every shape the language has.
fn examples() -> Vec<String> {
    let text = include_str!("../../../../../../docs/rules.md");
    let blocks = text.split("```yaml rule\n").skip(1);
    let examples: Vec<_> = blocks.filter_map(|rest| Some(rest.split_once("```")?.0.to_owned())).collect();
    assert!(examples.len() >= 4, "the documentation lost its examples");
    examples
}

fn rule(text: &str) -> Rule {
    Rule::from_yaml(text).unwrap_or_else(|faults| panic!("{faults:?} in {text}"))
}

#[test]
fn every_documented_rule_can_be_laid_out_and_written_anew() {
    for example in examples() {
        let text = laid_out(&example).unwrap_or_else(|fault| panic!("{fault}: {example}"));
        assert_eq!(rule(&text), rule(&example));
        assert_eq!(laid_out(&text).as_ref(), Ok(&text), "a second time changes something");
        let anew = written_out(&rule(&example), None).expect("a text");
        assert_eq!(rule(&anew).canonical_json(), rule(&example).canonical_json(), "{anew}");
        assert_eq!(laid_out(&anew).as_ref(), Ok(&anew), "what is written anew is laid out already");
    }
}

#[test]
fn what_goes_without_saying_is_not_written() {
    let text = "schema: rule.v1\nname: Sale\npriority: 0\nselect: { sku: { is: \"0012\" } }\n\
        steps: [ { percent: \"-20\" }, { amount: { amount: \"-1.5\", currency: EUR } } ]\ncompare_at: keep\n";
    let anew = written_out(&rule(text), None).expect("a text");
    insta::assert_snapshot!(anew, @r#"
    schema: rule.v1
    name: Sale
    select:
      sku: { is: "0012" }
    steps:
      - percent: -20
      - amount: -1.50 EUR
    "#);
}

#[test]
fn comments_stay_where_their_field_is_and_move_up_where_it_is_gone() {
    let known = "# Ours.\n\nschema: rule.v1\nname: Sale\nselect:\n  # Only tents.\n  tag: { is: tent }\n\
        steps:\n  - percent: -20  # a fifth\n  - amount: -1 EUR  # and a bit\n";
    let newer = "schema: rule.v1\nname: Sale\nselect: { tag: { is: tarp } }\nsteps: [ { percent: -25 } ]\n";
    insta::assert_snapshot!(written_out(&rule(newer), Some(known)).expect("a text"), @r"
    # Ours.

    schema: rule.v1
    name: Sale
    select:
      # Only tents.
      tag: { is: tarp }
    # and a bit
    steps:
      - percent: -25  # a fifth
    ");
}

#[test]
fn what_is_no_rule_is_left_as_it_is() {
    for text in ["", "- a", "schema: rule.v1\nname: x\n", "name: [", "schema: rule.v1\nname: &a x\n"] {
        assert!(laid_out(text).is_err(), "{text}");
    }
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-zA-Z0-9 _.,:#'{}*/-]{1,30}".prop_map(|text| format!("\"{text}\"")),
        "[a-z#' ,:]{1,20}".prop_map(|text| format!("'{}'", text.replace('\'', "''"))),
        "[a-z]{1,9}( [a-z#]{1,9}){0,20}".prop_map(|text| text.replace(" #", " n")),
        "[a-z]{1,9}( [a-z#:]{1,9}){0,20}".prop_map(|text| format!(">\n  {}", text.replace(' ', "\n  "))),
        "[a-z]{1,9}( [a-z#:]{1,9}){0,9}".prop_map(|text| format!("|-\n  {}", text.replace(' ', "\n  "))),
    ]
}

/// A rule as somebody might leave it: fields in any order, in flow or block, comments and empty lines anywhere.
fn any_file() -> impl Strategy<Value = String> {
    let select = prop::sample::select(vec![
        "select: { all_variants: true }",
        "select: {any: [{tag: {is: a}}, {not: {price: {lt: 5 EUR}}}]}",
        "select:\n    all:\n    - sku: {in: [a, \"b, c\", '#d']}\n    -   vendor:\n          is: x",
    ]);
    let steps = prop::sample::select(vec![
        "steps: [ {percent: -20}, {amount: -1 EUR} ]",
        "steps:\n- percent: -20\n-   amount: -1 EUR",
        "steps:\n      - {set: {amount: \"5\", currency: EUR}}",
    ]);
    let rest = prop::sample::select(vec![
        "compare_at: keep",
        "rounding: {ending: \".99\", per_currency: {JPY: {step: 10}}}",
        "constraints:\n  floor: 1 EUR\n  maximum_move:\n    percent: 40",
    ]);
    let fields = (any_text(), select, steps, rest).prop_map(|(description, select, steps, rest)| {
        vec![
            "schema: rule.v1".to_owned(),
            "name: \"A # name\"".to_owned(),
            format!("description: {description}"),
            select.to_owned(),
            steps.to_owned(),
            rest.to_owned(),
        ]
    });
    (fields.prop_shuffle(), prop::collection::vec(0_u8..6, 40)).prop_map(|(fields, marks)| {
        let mut file = String::new();
        let mut marks = marks.into_iter().cycle().enumerate();
        let mut was_block = false;
        for field in fields {
            let is_block = field.contains(": >") || field.contains(": |");
            for line in field.split('\n') {
                let (number, mark) = marks.next().expect("marks never end");
                let (above, behind) = match mark {
                    _ if is_block && !line.contains("description") => (String::new(), String::new()),
                    0 => (format!("# above {number}\n"), String::new()),
                    1 => (String::new(), format!(" # behind {number}")),
                    2 if !was_block => (format!("\n\n  # apart {number}\n\n"), String::new()),
                    3 => (format!("\n{}", ""), String::new()),
                    _ => (String::new(), String::new()),
                };
                file.push_str(&format!("{above}{line}{behind}\n"));
            }
            was_block = is_block;
        }
        file
    })
}

proptest! {
    #[test]
    fn no_comment_and_no_meaning_is_lost(file in any_file()) {
        // Not every text is a description: some are longer than one may be.
        prop_assume!(Rule::from_yaml(&file).is_ok());
        let text = laid_out(&file).map_err(|fault| TestCaseError::fail(format!("{fault}:\n{file}")))?;
        prop_assert_eq!(rule(&text), rule(&file));
        for comment in file.split_inclusive('\n').filter_map(|line| line.trim_end().rsplit_once("# ")) {
            let comment = comment.1;
            if ["above", "behind", "apart"].iter().any(|word| comment.starts_with(word)) {
                let count = |text: &str| text.lines().filter(|line| line.ends_with(&format!("# {comment}"))).count();
                prop_assert_eq!(count(&text), count(&file), "`{}` in\n{}", comment, text);
            }
        }
        prop_assert_eq!(laid_out(&text), Ok(text.clone()), "from\n{}", file);
    }
}
