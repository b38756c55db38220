//! Conflicts between rules over a project's catalogue, and proofs about any variant. Nothing is stored.

mod api;
pub mod dto;
mod show;

use kernel_core::{Ctx, Error, FieldError, Result};
use pricing::{ConflictEffort, Effort, Guardrails, PricingContext, RuleSet};

use super::{invalid, store};
use crate::accounts;
use crate::catalog;
use crate::guardrails;
use crate::state::App;
use dto::{Conflicts, Proof, ProofRequest, RuleChoice};

pub(super) use api::routes;
pub use show::Shown;

/// Most rules looked at together: each two of them are compared.
const RULES_MAX: usize = 100;

/// Rules with what traces call them, and where they are to run.
struct Chosen {
    rules: Vec<(String, pricing::Rule)>,
    project: kernel_core::ProjectId,
    guardrails: Guardrails,
    context: PricingContext,
}

/// Which rules of the choice get in one another's way.
async fn conflicts(app: &App, ctx: &Ctx, project: Option<&str>, choice: &RuleChoice) -> Result<Conflicts> {
    let chosen = chosen(app, ctx, project, choice).await?;
    let tx = app.db.repeatable_read(ctx.tenant).await?;
    let snapshot = catalog::snapshot(app, &tx, chosen.project).await?;
    drop(tx);
    let looking = tokio::task::spawn_blocking(move || {
        let Chosen { guardrails, context, .. } = &chosen;
        let labelled = chosen.labelled();
        let needs = RuleSet::compile(&labelled, guardrails, context)?.needs();
        let mut found = pricing::Conflicts::new(&labelled, guardrails, context, ConflictEffort::default())?;
        snapshot.for_each(needs, |facts| found.look(facts));
        Ok(chosen.shown().conflicts(&found.finish()))
    });
    looking.await.map_err(Error::internal)?.map_err(invalid)
}

/// Whether the rules can write a price that breaks the property.
async fn prove(app: &App, ctx: &Ctx, project: Option<&str>, request: ProofRequest) -> Result<Proof> {
    let choice = RuleChoice { rules: request.rules, documents: request.documents };
    let chosen = chosen(app, ctx, project, &choice).await?;
    let property = request.property.read(chosen.context.currency).map_err(|(word, detail)| {
        let fault = FieldError {
            pointer: format!("/property/{word}"),
            code: "invalid_value".to_owned(),
            detail: detail.clone(),
        };
        Error::unprocessable("property.invalid", format!("The property cannot be used: {detail}."))
            .with_fields(vec![fault])
    })?;
    let proving = tokio::task::spawn_blocking(move || {
        let set = RuleSet::compile(&chosen.labelled(), &chosen.guardrails, &chosen.context)?;
        Ok(chosen.shown().proof(&set.prove(&property, &Effort::default())))
    });
    proving.await.map_err(Error::internal)?.map_err(invalid)
}

async fn chosen(app: &App, ctx: &Ctx, project: Option<&str>, choice: &RuleChoice) -> Result<Chosen> {
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    let project = accounts::resolve_project(&tx, project).await?;
    let mut ids = choice.rules.clone();
    if ids.is_empty() && choice.documents.is_empty() {
        ids = store::rule_ids(&tx, project.id, RULES_MAX + 1).await?;
    }
    if ids.len() + choice.documents.len() > RULES_MAX {
        let detail = format!("These are more than {RULES_MAX} rules; name those that matter.");
        return Err(Error::unprocessable("rules.too_many", detail));
    }
    let loaded = store::load_newest(&tx, project.id, &ids).await?;
    let mut rules: Vec<_> = loaded.into_iter().map(|rule| (rule.label(), rule.rule)).collect();
    for (place, document) in choice.documents.iter().enumerate() {
        let read = pricing::Rule::from_json(&document.to_string());
        let rule = read.map_err(|faults| invalid(inside(faults, &format!("/documents/{place}"))))?;
        rules.push((rule.name().to_owned(), rule));
    }
    let guardrails = guardrails::effective(&tx, &project, ctx.now()).await?.guardrails;
    let context = accounts::pricing_context(&project, ctx.now());
    Ok(Chosen { rules, project: project.id, guardrails, context })
}

/// Faults of a document that came inside a larger one.
fn inside(faults: Vec<FieldError>, pointer: &str) -> Vec<FieldError> {
    let moved = |fault: FieldError| FieldError { pointer: format!("{pointer}{}", fault.pointer), ..fault };
    faults.into_iter().map(moved).collect()
}

impl Chosen {
    fn labelled(&self) -> Vec<(&str, &pricing::Rule)> {
        self.rules.iter().map(|(label, rule)| (label.as_str(), rule)).collect()
    }

    fn shown(&self) -> Shown {
        let labels = self.rules.iter().map(|(label, _)| label.clone()).collect();
        Shown { labels, currency: self.context.currency }
    }
}
