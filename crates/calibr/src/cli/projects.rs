//! `projects`: list, and set what law and tax need to know.

use reqwest::Method;
use reqwest::header::{CONTENT_TYPE, IF_MATCH};

use super::app::{App, List, Paging};
use super::exit::{CliError, Exit, Result};
use super::look::{Grid, Look, Tone, facts, one_line};
use crate::accounts::dto::{Project, ProjectSettings};

/// Arguments of `projects`.
#[derive(Debug, clap::Args)]
pub struct ProjectsArgs {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    /// List projects
    Ls {
        #[command(flatten)]
        paging: Paging,
    },
    /// Set the country and the tax of a project
    Set(SetArgs),
}

#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("settings").required(true).multiple(true)
    .args(["country", "no_country", "tax", "no_tax", "gross_prices", "net_prices"]))]
struct SetArgs {
    /// Slug or id
    #[arg(value_name = "SLUG")]
    slug: String,
    /// Country whose law on price reductions holds, such as DE
    #[arg(long, value_name = "CODE")]
    country: Option<String>,
    /// Nobody knows the country
    #[arg(long, conflicts_with = "country")]
    no_country: bool,
    /// Tax on the base price in percent, such as 19
    #[arg(long, value_name = "PERCENT")]
    tax: Option<String>,
    /// Nobody knows the tax
    #[arg(long, conflicts_with = "tax")]
    no_tax: bool,
    /// The shop keeps prices that include the tax
    #[arg(long)]
    gross_prices: bool,
    /// The shop keeps prices without the tax
    #[arg(long, conflicts_with = "gross_prices")]
    net_prices: bool,
}

impl SetArgs {
    fn settings(&self) -> ProjectSettings {
        let given = |value: &Option<String>, none: bool| match value {
            Some(value) => Some(Some(value.clone())),
            None => none.then_some(None),
        };
        ProjectSettings {
            country: given(&self.country, self.no_country),
            tax_rate_pct: given(&self.tax, self.no_tax),
            prices_include_tax: (self.gross_prices || self.net_prices).then_some(self.gross_prices),
        }
    }
}

/// Carries out `projects`.
///
/// # Errors
/// The server refused or cannot be reached.
pub async fn run(app: &App, args: ProjectsArgs) -> Result {
    match args.verb {
        Verb::Ls { paging } => {
            let list = List { path: "projects", query: &[], when_empty: "There is no project." };
            app.print_list(list, &paging, list_view).await?;
        }
        Verb::Set(args) => set(app, &args).await?,
    }
    Ok(Exit::Done)
}

async fn set(app: &App, args: &SetArgs) -> Result<()> {
    // The path names the project; a slug that is none must not become another path.
    if !args.slug.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')) {
        return Err(CliError::not_found(format!("There is no project `{}`.", args.slug)).next("projects ls"));
    }
    let client = app.client()?;
    let body = serde_json::to_vec(&args.settings()).map_err(|e| CliError::failed("client", e.to_string()))?;
    let path = format!("projects/{}", args.slug);
    let known: Project = client.fetch(&path, &[]).await?;
    let request =
        client.request(Method::PATCH, &path, &[])?.header(IF_MATCH, format!("\"v{}\"", known.version));
    let sent = request.header(CONTENT_TYPE, "application/json").body(body).send().await;
    let reply = client.reply(sent, false).await?;
    if app.ui.json() {
        app.ui.document(&reply.text);
        return Ok(());
    }
    let project: Project = reply.read()?;
    if app.ui.quiet() {
        app.ui.data(&format!("{}\n", project.id));
    } else {
        app.ui.data(&project_view(app.ui.look, &project));
    }
    Ok(())
}

fn project_view(look: Look, project: &Project) -> String {
    let title = look.paint(Tone::Strong, &one_line(&project.name));
    let unknown = || "not known".to_owned();
    let pairs = [
        ("id", project.id.to_string()),
        ("slug", project.slug.clone()),
        ("currency", project.currency.to_string()),
        ("time zone", project.time_zone.clone()),
        ("country", project.country.clone().unwrap_or_else(unknown)),
        ("tax", project.tax_rate_pct.as_ref().map_or_else(unknown, |rate| format!("{rate} %"))),
        ("prices", if project.prices_include_tax { "include tax" } else { "without tax" }.to_owned()),
    ];
    format!("{title}\n{}", facts(look, &pairs))
}

fn list_view(look: Look, projects: &[Project]) -> String {
    let mut grid = Grid::new(look, &["SLUG", "~NAME", "CURRENCY", "COUNTRY", ">TAX", "PRICES", "?ID"]);
    for project in projects {
        let tax = project.tax_rate_pct.as_ref().map_or_else(|| "–".to_owned(), |rate| format!("{rate} %"));
        grid.row([
            (Tone::Strong, project.slug.clone()),
            (Tone::Plain, project.name.clone()),
            (Tone::Plain, project.currency.to_string()),
            (Tone::Plain, project.country.clone().unwrap_or_else(|| "–".to_owned())),
            (Tone::Plain, tax),
            (Tone::Plain, if project.prices_include_tax { "with tax" } else { "without tax" }.to_owned()),
            (Tone::Muted, project.id.to_string()),
        ]);
    }
    grid.finish()
}
