//! Changing what is known of a project: the country whose law holds, and the tax on its prices.

use jiff::Timestamp;
use kernel_audit::Change;
use kernel_auth::{Permission, authorize};
use kernel_core::{Ctx, Error, ErrorKind, Result, Role};
use kernel_events::Event;
use kernel_http::IfMatch;
use pricing::{PricingContext, Tax};
use serde_json::{Value, json};

use super::dto::{Project, ProjectSettings};
use super::projects::{project_lock, settings_update};
use crate::state::App;

const PROJECTS_WRITE: Permission = Permission::new("projects:write", Role::Admin);

/// The countries of ISO 3166-1, alphabetic.
const COUNTRIES: &str = "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR \
    BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET \
    FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ \
    IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML \
    MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS \
    PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL \
    TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW";

/// The base price surface of a project at an instant.
#[must_use]
pub fn pricing_context(project: &Project, instant: Timestamp) -> PricingContext {
    let tax = project
        .tax_rate_pct
        .as_deref()
        .map(|rate| Tax::new(rate, project.prices_include_tax).expect("a rate is checked before it is kept"));
    PricingContext {
        country: project.country.clone(),
        tax,
        ..PricingContext::base(project.currency, instant)
    }
}

/// Changes a project by its slug or id, over the version that the writer had before their eyes. What is the same already leaves no record.
///
/// # Errors
/// `precondition.missing` (428): no version is named. `project.changed` (412): it is not the newest one; nothing is stored.
/// `project.settings` (422) with the place: no country, or no rate from 0 to 100. There is no such project (404).
pub(super) async fn update_project(
    app: &App,
    ctx: &Ctx,
    name: &str,
    settings: ProjectSettings,
    over: IfMatch,
) -> Result<Project> {
    authorize(&ctx.actor, PROJECTS_WRITE)?;
    let over = over.required()?;
    check(&settings)?;
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    let before = project_lock(&tx, name).await?;
    refuse_unless_newest(over, &before)?;
    let ProjectSettings { country, tax_rate_pct, prices_include_tax } = settings;
    let after = Project {
        country: country.unwrap_or_else(|| before.country.clone()),
        tax_rate_pct: tax_rate_pct.unwrap_or_else(|| before.tax_rate_pct.clone()),
        prices_include_tax: prices_include_tax.unwrap_or(before.prices_include_tax),
        version: before.version + 1,
        changed_by: Some(ctx.actor.label.clone()),
        changed_at: Some(ctx.now()),
        ..before.clone()
    };
    let (was, is) = (shown(&before), shown(&after));
    if was == is {
        return Ok(before);
    }
    settings_update(&tx, &after).await?;
    let change = Change {
        action: "project.updated",
        entity_type: "project",
        entity_id: after.id.to_string(),
        before: Some(was),
        after: Some(is.clone()),
        reason: None,
    };
    kernel_audit::record(ctx, &tx, &[change]).await?;
    let event = Event {
        key: format!("project.updated/{}/{}", after.id, ctx.request_id),
        kind: "project.updated",
        entity_type: "project",
        entity_id: after.id.to_string(),
        payload: is,
    };
    kernel_events::append(ctx, &tx, &[event]).await?;
    tx.commit().await?;
    Ok(after)
}

fn refuse_unless_newest(over: i64, known: &Project) -> Result<()> {
    if known.version == over {
        return Ok(());
    }
    let detail = match &known.changed_by {
        Some(changed_by) if over < known.version => format!(
            "The project's settings were changed meanwhile: {changed_by} made v{}, and this was written over v{over}. Nothing was stored.",
            known.version
        ),
        _ => format!(
            "There is no v{over} of the project's settings, only v{}. Nothing was stored.",
            known.version
        ),
    };
    Err(Error::new(ErrorKind::Stale, "project.changed", detail).at_version(known.version))
}

fn shown(project: &Project) -> Value {
    json!({
        "slug": project.slug, "country": project.country, "tax_rate_pct": project.tax_rate_pct,
        "prices_include_tax": project.prices_include_tax,
    })
}

fn check(settings: &ProjectSettings) -> Result<()> {
    if let Some(Some(country)) = &settings.country
        && !COUNTRIES.split_whitespace().any(|known| known == country)
    {
        let country: String = country.chars().take(40).collect();
        return Err(refused("/country", format!("`{country}` is no country; write two letters such as DE.")));
    }
    let Some(Some(rate)) = &settings.tax_rate_pct else { return Ok(()) };
    if !is_plain(rate) {
        let detail = "The tax rate cannot be used: write it as digits, such as 19 or 8.1.";
        return Err(refused("/tax_rate_pct", detail.to_owned()));
    }
    let of_a_rate = |fault| refused("/tax_rate_pct", format!("The tax rate cannot be used: {fault}."));
    Tax::new(rate, true).map(drop).map_err(of_a_rate)
}

/// One to three digits, and at most nine after a point: what the column holds.
fn is_plain(rate: &str) -> bool {
    let digits =
        |text: &str, most| (1..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    match rate.split_once('.') {
        Some((whole, fraction)) => digits(whole, 3) && digits(fraction, 9),
        None => digits(rate, 3),
    }
}

fn refused(pointer: &str, detail: String) -> Error {
    Error::unprocessable("project.settings", detail.clone()).at(pointer, "invalid", detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(settings: Value) -> Option<String> {
        let settings = serde_json::from_value(settings).expect("settings");
        check(&settings).err().map(|error| error.fields[0].pointer.clone())
    }

    #[test]
    fn only_countries_and_rates_are_taken() {
        assert_eq!(COUNTRIES.split_whitespace().count(), 249);
        for good in [
            json!({}),
            json!({ "country": "DE", "tax_rate_pct": "19" }),
            json!({ "country": null, "tax_rate_pct": null }),
            json!({ "tax_rate_pct": "8.1" }),
            json!({ "tax_rate_pct": "0" }),
            json!({ "tax_rate_pct": "100.000" }),
        ] {
            assert_eq!(fault(good.clone()), None, "{good}");
        }
        for country in ["de", "Germany", "", "XX", "DE AT", "D"] {
            assert_eq!(fault(json!({ "country": country })).as_deref(), Some("/country"), "{country}");
        }
        for rate in
            ["19 %", "-1", "101", "100.000000001", "", ".", "1.", "1e1", "+19", "0019.0", "1.1234567890"]
        {
            assert_eq!(fault(json!({ "tax_rate_pct": rate })).as_deref(), Some("/tax_rate_pct"), "{rate}");
        }
    }
}
