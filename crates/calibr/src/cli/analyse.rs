//! `rules conflicts` and `rules prove`: of files on this machine, or of stored rules by the server.

use std::path::PathBuf;

use kernel_core::{Currency, Money};
use pricing::{ConflictEffort, Conflicts, Effort, Rule};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::app::App;
use super::exit::{CliError, Exit, Result};
use super::format;
use super::look::{Grid, Look, Tone, facts};
use super::rules::{find_rule, parse, read_all};
use super::surface::{SurfaceArgs, read_catalogue};
use crate::rules::analyse::Shown;
use crate::rules::analyse::dto::{self, ExampleVariant, ProofRequest, PropertyAsked, RuleChoice};

/// Which rules.
#[derive(Debug, clap::Args)]
struct Chosen {
    /// Rule file (YAML or JSON) or a folder of them, looked at on this machine without a server; may be repeated
    #[arg(short = 'f', long = "file", num_args = 1.., value_name = "FILE", conflicts_with = "rules")]
    files: Vec<PathBuf>,
    /// Stored rule by name or id; may be repeated. Without rules and files: every stored rule
    #[arg(long = "rule", value_name = "RULE")]
    rules: Vec<String>,
    #[command(flatten)]
    surface: SurfaceArgs,
}

/// Arguments of `rules conflicts`.
#[derive(Debug, clap::Args)]
pub struct ConflictsArgs {
    #[command(flatten)]
    chosen: Chosen,
    /// Shopify product CSV to count variants in, with `-f`
    #[arg(long, value_name = "CSV", requires = "files")]
    catalog: Option<PathBuf>,
}

/// Arguments of `rules prove`.
#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("property").required(true)
    .args(["floor", "ceiling", "not_below_cost", "minimum_margin", "maximum_move"]))]
pub struct ProveArgs {
    #[command(flatten)]
    chosen: Chosen,
    /// No price below this, such as "5.00 EUR"
    #[arg(long, value_name = "AMOUNT", value_parser = amount)]
    floor: Option<Money>,
    /// No price above this, such as "500.00 EUR"
    #[arg(long, value_name = "AMOUNT", value_parser = amount)]
    ceiling: Option<Money>,
    /// No price that is without tax below a known cost
    #[arg(long)]
    not_below_cost: bool,
    /// No price with a smaller margin, where the cost is known
    #[arg(long, value_name = "PERCENT")]
    minimum_margin: Option<String>,
    /// No price farther from the price before
    #[arg(long, value_name = "PERCENT")]
    maximum_move: Option<String>,
}

fn amount(text: &str) -> std::result::Result<Money, String> {
    let (number, code) =
        text.split_once(' ').ok_or("write the amount with its currency, such as \"5.00 EUR\"")?;
    let currency: Currency = code.parse().map_err(|e: kernel_core::MoneyError| e.to_string())?;
    Money::parse(number, currency).map_err(|e| e.to_string())
}

impl ProveArgs {
    fn property(&self) -> PropertyAsked {
        let margin = || PropertyAsked::MinimumMargin(self.minimum_margin.clone().unwrap_or_default());
        match (self.floor, self.ceiling, &self.maximum_move) {
            (Some(floor), ..) => PropertyAsked::Floor(floor),
            (_, Some(ceiling), _) => PropertyAsked::Ceiling(ceiling),
            (.., Some(percent)) => PropertyAsked::MaximumMove(percent.clone()),
            _ if self.not_below_cost => PropertyAsked::NotBelowCost(true),
            _ => margin(),
        }
    }
}

/// Carries out `rules conflicts`. Rules that never take part or push prices to and fro are a finding.
///
/// # Errors
/// A rule or file cannot be used, or the server refused or cannot be reached.
pub async fn conflicts(app: &App, args: ConflictsArgs) -> Result {
    let found: dto::Conflicts = if args.chosen.files.is_empty() {
        ask(app, "rules/conflicts", &args.chosen.stored(app).await?).await?
    } else {
        let surface = args.chosen.surface.surface()?;
        let (rules, shown) = args.chosen.read(surface.context.currency)?;
        surface.compile(&rules.iter().collect::<Vec<_>>())?;
        let named: Vec<_> = rules.iter().map(|rule| (rule.name(), rule)).collect();
        let effort = ConflictEffort::default();
        let looking = Conflicts::new(&named, &surface.guardrails, &surface.context, effort);
        let mut looking = looking.map_err(|fields| CliError {
            fields,
            ..CliError::failed("rule.invalid", "The rules cannot be used together.".to_owned())
        })?;
        if let Some(catalog) = &args.catalog {
            read_catalogue(catalog, surface.context.currency, |_, facts| looking.look(facts))?;
        }
        shown.conflicts(&looking.finish())
    };
    print(app, &found, conflicts_view)?;
    let never = found.rules.iter().any(|rule| rule.in_force && rule.can_take_part.answer == "impossible");
    let restless = found.pairs.iter().any(|pair| pair.flip_flops > 0);
    Ok(if never || restless { Exit::Violations } else { Exit::Done })
}

/// Carries out `rules prove`. A property that can be broken is a finding.
///
/// # Errors
/// A rule, file or property cannot be used, the answer stays open, or the server refused or cannot be reached.
pub async fn prove(app: &App, args: ProveArgs) -> Result {
    let asked = args.property();
    let proof: dto::Proof = if args.chosen.files.is_empty() {
        let RuleChoice { rules, documents } = args.chosen.stored(app).await?;
        ask(app, "rules/prove", &ProofRequest { rules, documents, property: asked }).await?
    } else {
        let surface = args.chosen.surface.surface()?;
        let property = asked.read(surface.context.currency);
        let property = property.map_err(|(word, detail)| CliError::usage(format!("{word}: {detail}.")))?;
        let (rules, shown) = args.chosen.read(surface.context.currency)?;
        let set = surface.compile(&rules.iter().collect::<Vec<_>>())?;
        shown.proof(&set.prove(&property, &Effort::default()))
    };
    print(app, &proof, proof_view)?;
    match proof.answer.as_str() {
        "holds" => Ok(Exit::Done),
        "refuted" => Ok(Exit::Violations),
        _ => Err(CliError::failed(
            "proof.undecided",
            "The answer stays open; ask about fewer rules.".to_owned(),
        )),
    }
}

impl Chosen {
    fn read(&self, currency: Currency) -> Result<(Vec<Rule>, Shown)> {
        let rules = read_all(&self.files)?.iter().map(parse).collect::<Result<Vec<Rule>>>()?;
        let labels = rules.iter().map(|rule| rule.name().to_owned()).collect();
        Ok((rules, Shown { labels, currency }))
    }

    async fn stored(&self, app: &App) -> Result<RuleChoice> {
        let client = app.client()?;
        let mut choice = RuleChoice::default();
        for rule in &self.rules {
            choice.rules.push(find_rule(&client, rule).await?.id);
        }
        Ok(choice)
    }
}

async fn ask<T: DeserializeOwned>(app: &App, path: &str, question: &impl Serialize) -> Result<T> {
    app.client()?.post(path, "ask", question).await?.read()
}

fn print<T: Serialize>(app: &App, found: &T, view: impl FnOnce(Look, &T) -> String) -> Result<()> {
    if app.ui.json() {
        let text = serde_json::to_string(found).map_err(|e| CliError::failed("json", e.to_string()))?;
        app.ui.document(&text);
    } else {
        app.ui.data(&view(app.ui.look, found));
    }
    Ok(())
}

fn conflicts_view(look: Look, found: &dto::Conflicts) -> String {
    let mut rules = Grid::new(look, &["RULE", ">SELECTS", ">TAKES PART", "CAN TAKE PART", "~COVERED BY"]);
    for rule in &found.rules {
        let can = if rule.in_force { rule.can_take_part.answer.as_str() } else { "not in force" };
        let tone = if can == "impossible" { Tone::Bad } else { Tone::Plain };
        rules.row([
            (Tone::Strong, rule.rule.clone()),
            (Tone::Plain, format::count(rule.selects)),
            (Tone::Plain, format::count(rule.takes_part)),
            (tone, can.to_owned()),
            (Tone::Muted, rule.covered_by.join(", ")),
        ]);
    }
    if found.pairs.is_empty() {
        return rules.finish();
    }
    let mut pairs = Grid::new(
        look,
        &[
            "FIRST",
            "SECOND",
            ">BOTH SELECT",
            ">FIRST WINS",
            ">SECOND WINS",
            ">FLIP-FLOP",
            ">DRIFT",
            "~TO AND FRO",
        ],
    );
    for pair in &found.pairs {
        let swing = pair.flip_flop.iter().flat_map(|found| &found.prices);
        let swing: Vec<String> = swing.map(|money| format::amount(Some(money))).collect();
        let tone = if pair.flip_flops > 0 { Tone::Bad } else { Tone::Plain };
        pairs.row([
            (Tone::Strong, pair.first.clone()),
            (Tone::Strong, pair.second.clone()),
            (Tone::Plain, format::count(pair.overlap)),
            (Tone::Plain, format::count(pair.first_wins)),
            (Tone::Plain, format::count(pair.second_wins)),
            (tone, format::count(pair.flip_flops)),
            (Tone::Plain, format::count(pair.drifts)),
            (Tone::Muted, swing.join(" → ")),
        ]);
    }
    format!("{}\n{}", rules.finish(), pairs.finish())
}

fn proof_view(look: Look, proof: &dto::Proof) -> String {
    let Some(found) = &proof.counterexample else {
        let tone = if proof.answer == "holds" { Tone::Good } else { Tone::Warn };
        return format!("{}\n", look.paint(tone, &proof.answer));
    };
    let mut pairs = example_facts(&found.variant);
    pairs.push(("writes".to_owned(), found.after.to_string()));
    pairs.push(("by rule".to_owned(), found.rule.clone()));
    let pairs: Vec<(&str, String)> =
        pairs.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
    format!("{}: this variant breaks it\n{}", look.paint(Tone::Bad, &proof.answer), facts(look, &pairs))
}

fn example_facts(example: &ExampleVariant) -> Vec<(String, String)> {
    let texts = example.texts.iter().map(|(name, texts)| (name.clone(), texts.join(", ")));
    let amounts = example.amounts.iter().map(|(name, money)| (name.clone(), money.to_string()));
    let numbers = example.numbers.iter().map(|(name, number)| (name.clone(), number.to_string()));
    texts.chain(amounts).chain(numbers).collect()
}
