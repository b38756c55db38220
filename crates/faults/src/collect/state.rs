//! What the database says holds at the end: prices, their replay from the log, and what is known of drift. All SQL over it.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use anyhow::Context as _;
use serde_json::Value;

use super::{Names, OF_PROJECT, Source, shown, stored};
use crate::history::{History, Price};

/// The channel of the project.
fn of_channel() -> String {
    format!("(select id from channels where tenant_id = $1 and project_id = {OF_PROJECT})")
}

/// The prices that hold now. By way of the channel: one project is looked for among all that a tenant had before.
fn prices_held() -> String {
    format!(
        "select r.variant_id::text as variant, r.external_variant_id, p.unit_amount_minor, p.compare_at_minor
         from channel_refs r
         join price_versions p on p.tenant_id = r.tenant_id and p.variant_id = r.variant_id and p.valid_to is null
         where r.tenant_id = $1 and r.channel_id = {} and p.surface = 'base'",
        of_channel()
    )
}

/// What we hold and what is known of drift, if the shop was listened to and so swept at the end.
pub(super) async fn drifts(source: &Source<'_>, history: &mut History, names: &Names) -> anyhow::Result<()> {
    let params: [&(dyn tokio_postgres::types::ToSql + Sync); 2] = [&source.tenant.0, &source.project];
    let channel = of_channel();
    let listened = format!(
        "select exists (select 1 from channel_hooks where tenant_id = $1 and channel_id = {channel})"
    );
    if !source.owner.query_one(&listened, &params).await?.get::<_, bool>(0) {
        return Ok(());
    }
    history.held = vec![None; history.at_first.len()];
    for row in source.owner.query(&prices_held(), &params).await? {
        let variant =
            names.gids.get(row.get::<_, &str>("external_variant_id")).context("an unknown variant")?;
        history.held[*variant] = Some(stored(&row, "unit_amount_minor", "compare_at_minor"));
    }
    let open = format!(
        "select r.external_variant_id, d.found_minor, d.found_compare_at_minor from price_drifts d
         join channel_refs r on r.tenant_id = d.tenant_id and r.variant_id = d.variant_id and r.channel_id = d.channel_id
         where d.tenant_id = $1 and d.channel_id = {channel} and d.state = 'open' order by d.id"
    );
    for row in source.owner.query(&open, &params).await? {
        let variant = names.gids.get(row.get::<_, &str>(0)).context("an unknown variant")?;
        let price = row.get::<_, Option<i64>>("found_minor");
        let compare_at_minor = row.get("found_compare_at_minor");
        history.drifts.push((*variant, price.map(|minor| Price { minor, compare_at_minor })));
    }
    let unplanned = format!(
        "select count(*) from price_drifts where tenant_id = $1 and channel_id = {channel}
           and state = 'put_back' and price_change_id is null"
    );
    history.unplanned = usize::try_from(source.owner.query_one(&unplanned, &params).await?.get::<_, i64>(0))?;
    Ok(())
}

/// The prices that hold now, as the table has them, and as a replay of the whole log makes them out of what the shop had before
/// anybody came. Of the tables the replay knows only which variant of ours is which of the shop's.
pub(super) async fn state_hashes(
    source: &Source<'_>,
    history: &History,
    names: &Names,
) -> anyhow::Result<(String, String)> {
    let (mut stored_now, mut replayed) = (BTreeMap::new(), BTreeMap::new());
    for row in source.owner.query(&prices_held(), &[&source.tenant.0, &source.project]).await? {
        let variant: String = row.get("variant");
        stored_now.insert(variant.clone(), stored(&row, "unit_amount_minor", "compare_at_minor"));
        let of_shop =
            names.gids.get(row.get::<_, &str>("external_variant_id")).context("an unknown variant")?;
        replayed.insert(variant, history.at_first[*of_shop]);
    }
    let log = "select type, coalesce(payload ->> 'variant', entity_id) as variant, payload from event_log
         where tenant_id = $1 and position > $2
           and type in ('price.applied', 'price.rolled_back', 'drift.adopted', 'drift.put_back')
         order by epoch, tx_id, position";
    for row in source.owner.query(log, &[&source.tenant.0, &source.since]).await? {
        let id: calibr::ids::VariantId = row.get::<_, &str>("variant").parse()?;
        let payload: Value = row.get("payload");
        if let Some(price) = replayed.get_mut(&id.0.to_string()) {
            *price = match row.get::<_, &str>("type").starts_with("price.") {
                true => shown(&payload["after"])?,
                // What drifted was taken over as it was found.
                false => Price {
                    minor: payload["found"]["price_minor"].as_i64().context("a price")?,
                    compare_at_minor: payload["found"]["compare_at_minor"].as_i64(),
                },
            };
        }
    }
    let hash = |state: &BTreeMap<String, Price>| {
        let mut hasher = DefaultHasher::new();
        state.hash(&mut hasher);
        format!("{:016x}", hasher.finish())
    };
    Ok((hash(&stored_now), hash(&replayed)))
}
