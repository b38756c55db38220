//! Taking products in, batch by batch in one transaction: all of an import is there, or nothing of it.
//! All SQL that writes `products`, `variants` and `channel_refs`.

use std::collections::{BTreeMap, HashMap};

use channel::{ChannelProduct, ChannelVariant, ProductStatus};
use connector_shopify::csv::{ImportReport as FileReport, RowNote};
use kernel_audit::Change;
use kernel_core::{Ctx, Error, FieldError, Money, Result, failpoint};
use kernel_db::TenantTx;
use kernel_events::Event;
use serde_json::json;
use uuid::Uuid;

use super::BASE;
use super::changed::Touched;
use super::dto::ImportReport;
use super::prices::{NewPrice, Origin, current_prices, write_prices};
use crate::accounts::dto::Project;
use crate::ids::{ChannelId, ImportId, ProductId, VariantId};

/// How many refused or changed values a report names.
const REPORTED_MAX: usize = 1000;

/// From so many new variants on, and at each doubling, Postgres counts the tables: without, it takes them for small ones and
/// reads them whole for each batch.
const COUNTED_FROM: u64 = 2_000;

/// Where products come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportSource {
    /// A file somebody sent.
    File,
    /// A connected shop; its ids are kept.
    Channel(ChannelId),
}

/// An import under way. Dropping it takes nothing in.
pub struct Import<'a> {
    pub(super) ctx: &'a Ctx,
    pub(super) tx: TenantTx,
    pub(super) project: &'a Project,
    pub(super) source: ImportSource,
    pub(super) report: ImportReport,
    pub(super) touched: Touched,
    /// How many variants were new when Postgres last counted.
    counted: u64,
}

impl<'a> Import<'a> {
    /// Begins an import into `project` in a transaction of its own, which the import then ends.
    ///
    /// # Errors
    /// The database refused.
    pub async fn begin(
        ctx: &'a Ctx,
        tx: TenantTx,
        project: &'a Project,
        source: ImportSource,
    ) -> Result<Self> {
        let report = ImportReport {
            id: ImportId::new(),
            products: 0,
            variants: 0,
            variants_new: 0,
            prices_changed: 0,
            price_lists: 0,
            refused_count: 0,
            refused: Vec::new(),
            changed: Vec::new(),
        };
        // Between two pages the transaction waits for a shop that may throttle us.
        tx.batch_execute("set local idle_in_transaction_session_timeout = '15min'").await?;
        Ok(Self { ctx, tx, project, source, report, touched: Touched::default(), counted: 0 })
    }

    /// Notes something that was not taken.
    pub fn refuse(&mut self, refused: FieldError) {
        self.report.refused_count += 1;
        if self.report.refused.len() < REPORTED_MAX {
            self.report.refused.push(refused);
        }
    }

    /// Notes what became of the rows of a file.
    pub(super) fn note_file(&mut self, file: &FileReport) {
        self.report.refused_count += file.refused.count;
        self.report.refused.extend(file.refused.first.iter().map(note));
        self.report.changed.extend(file.changed.first.iter().map(note));
    }

    /// Takes products in. A product that is known is brought up to date.
    ///
    /// # Errors
    /// The database refused; nothing of the import will be there.
    pub async fn take(&mut self, products: Vec<ChannelProduct>) -> Result<()> {
        let products = merge_repeated(products);
        self.check_currency(&products)?;
        self.report.products += products.len() as u64;
        let product_ids = self.upsert_products(&products).await?;
        let variants = self.identify(&products, &product_ids).await?;
        self.report.variants += variants.len() as u64;
        self.free_keys(&variants).await?;
        self.upsert_variants(&variants).await?;
        if let ImportSource::Channel(channel) = self.source {
            self.upsert_refs(channel, &variants).await?;
        }
        self.touch(&product_ids).await?;
        self.take_prices(&variants).await?;
        self.count().await
    }

    async fn count(&mut self) -> Result<()> {
        if self.report.variants_new < COUNTED_FROM.max(2 * self.counted) {
            return Ok(());
        }
        for table in ["products", "variants", "channel_refs", "price_versions"] {
            self.tx.analyze(table).await?;
        }
        self.counted = self.report.variants_new;
        Ok(())
    }

    /// Ends the import with nothing of it there, and says what would have been.
    pub(super) fn give_up(self) -> ImportReport {
        self.report
    }

    /// Ends the import: everything taken is there from now on.
    ///
    /// # Errors
    /// The database refused; nothing of the import is there.
    pub async fn finish(self) -> Result<ImportReport> {
        let Self { ctx, tx, project, report, source, touched, counted: _ } = self;
        let counts = json!({
            "project": project.slug, "products": report.products, "variants": report.variants,
            "variants_new": report.variants_new, "prices_changed": report.prices_changed, "price_lists": report.price_lists,
            "refused": report.refused_count,
        });
        let entity_id = report.id.to_string();
        let change = Change {
            action: "catalog.imported",
            entity_type: "import",
            entity_id: entity_id.clone(),
            before: None,
            after: Some(counts.clone()),
            reason: match source {
                ImportSource::File => None,
                ImportSource::Channel(channel) => Some(format!("read from {channel}")),
            },
        };
        kernel_audit::record(ctx, &tx, &[change]).await?;
        let event = Event {
            key: format!("catalog.imported/{entity_id}"),
            kind: "catalog.imported",
            entity_type: "import",
            entity_id,
            payload: counts,
        };
        kernel_events::append(ctx, &tx, &[event]).await?;
        touched.tell(ctx, &tx, project.id).await?;
        failpoint("catalog.import.before_commit").await?;
        tx.commit().await?;
        failpoint("catalog.import.after_commit").await?;
        Ok(report)
    }

    /// Answers with the ids by handle.
    async fn upsert_products(&self, products: &[ChannelProduct]) -> Result<HashMap<String, Uuid>> {
        let column = |read: fn(&ChannelProduct) -> &str| -> Vec<&str> { products.iter().map(read).collect() };
        let ids: Vec<Uuid> = products.iter().map(|_| ProductId::new().0).collect();
        let tags: Vec<String> = products.iter().map(|p| sorted_tags(&p.tags).join("\u{1f}")).collect();
        let rows = self
            .tx
            .query(
                "insert into products (tenant_id, id, project_id, handle, title, vendor, product_type, tags, status, \
                    updated_at)
                 select $1, p.id, $2, p.handle, p.title, p.vendor, p.product_type,
                    coalesce(string_to_array(nullif(p.tags, ''), E'\\x1f'), '{}'), p.status, $3
                 from unnest($4::uuid[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[])
                    with ordinality as p (id, handle, title, vendor, product_type, tags, status, place)
                 order by p.place
                 on conflict on constraint products_handle_unique do update set title = excluded.title,
                    vendor = excluded.vendor, product_type = excluded.product_type, tags = excluded.tags,
                    status = excluded.status, updated_at = excluded.updated_at
                 returning id, handle",
                &[
                    &self.ctx.tenant.0,
                    &self.project.id.0,
                    &self.ctx.now(),
                    &ids,
                    &column(|p| &p.handle),
                    &column(|p| &p.title),
                    &column(|p| &p.vendor),
                    &column(|p| &p.product_type),
                    &tags,
                    &column(|p| status_word(p.status)),
                ],
            )
            .await?;
        Ok(rows.iter().map(|row| (row.get("handle"), row.get("id"))).collect())
    }

    /// Gives each variant the id it has: by the channel's id first, by its options second, else a new one.
    async fn identify<'p>(
        &mut self,
        products: &'p [ChannelProduct],
        product_ids: &HashMap<String, Uuid>,
    ) -> Result<Vec<Identified<'p>>> {
        let mut by_key = self.ids_by_key(product_ids).await?;
        let by_ref = match self.source {
            ImportSource::Channel(channel) => self.ids_by_ref(channel, products).await?,
            ImportSource::File => HashMap::new(),
        };
        let mut identified = Vec::new();
        for product in products {
            let Some(&product_id) = product_ids.get(&product.handle) else { continue };
            let mut seen: HashMap<String, usize> = HashMap::new();
            for (position, variant) in product.variants.iter().enumerate() {
                let key = unique_key(variant, &mut seen);
                let known = by_ref.get(variant.id.as_str()).copied();
                let known = known.or_else(|| by_key.remove(&(product_id, key.clone())));
                self.report.variants_new += u64::from(known.is_none());
                let id = known.unwrap_or_else(|| VariantId::new().0);
                identified.push(Identified {
                    id,
                    product_id,
                    product,
                    variant,
                    key,
                    position: position as i64 + 1,
                });
            }
        }
        Ok(identified)
    }

    async fn ids_by_key(&self, products: &HashMap<String, Uuid>) -> Result<HashMap<(Uuid, String), Uuid>> {
        let products: Vec<Uuid> = products.values().copied().collect();
        // What the shop knows by an id of its own is found by that alone.
        let channel = match self.source {
            ImportSource::Channel(channel) => Some(channel.0),
            ImportSource::File => None,
        };
        let sql = "select v.id, v.product_id, v.variant_key from variants v
             where v.tenant_id = $1 and v.product_id = any($2) and not exists (select 1 from channel_refs r
                where r.tenant_id = v.tenant_id and r.channel_id = $3 and r.variant_id = v.id)";
        let rows = self.tx.query(sql, &[&self.ctx.tenant.0, &products, &channel]).await?;
        Ok(rows.iter().map(|row| ((row.get("product_id"), row.get("variant_key")), row.get("id"))).collect())
    }

    async fn ids_by_ref(
        &self,
        channel: ChannelId,
        products: &[ChannelProduct],
    ) -> Result<HashMap<String, Uuid>> {
        let externals: Vec<&str> = products.iter().flat_map(|p| &p.variants).map(|v| v.id.as_str()).collect();
        let rows = self
            .tx
            .query(
                "select external_variant_id, variant_id from channel_refs
                 where tenant_id = $1 and channel_id = $2 and external_variant_id = any($3)",
                &[&self.ctx.tenant.0, &channel.0, &externals],
            )
            .await?;
        Ok(rows.iter().map(|row| (row.get("external_variant_id"), row.get("variant_id"))).collect())
    }

    /// A shop tells all variants of a product. One that it no longer has gives its options free for those it has now.
    async fn free_keys(&self, variants: &[Identified<'_>]) -> Result<()> {
        if self.source == ImportSource::File {
            return Ok(());
        }
        let ids: Vec<Uuid> = variants.iter().map(|v| v.id).collect();
        let products: Vec<Uuid> = variants.iter().map(|v| v.product_id).collect();
        let keys: Vec<&str> = variants.iter().map(|v| v.key.as_str()).collect();
        self.tx
            .execute(
                "update variants v set variant_key = v.variant_key || E'\\x1f' || v.id
                 from unnest($2::uuid[], $3::text[]) as wanted (product_id, variant_key)
                 where v.tenant_id = $1 and v.product_id = wanted.product_id
                   and v.variant_key = wanted.variant_key and v.id <> all($4)",
                &[&self.ctx.tenant.0, &products, &keys, &ids],
            )
            .await?;
        Ok(())
    }

    /// Notes every variant of these products: title, tags and the like of a product are facts of all its variants, also
    /// of those that a file leaves out.
    async fn touch(&mut self, products: &HashMap<String, Uuid>) -> Result<()> {
        if self.touched.is_all() {
            return Ok(());
        }
        let products: Vec<Uuid> = products.values().copied().collect();
        let sql = "select id from variants where tenant_id = $1 and product_id = any($2)";
        let rows = self.tx.query(sql, &[&self.ctx.tenant.0, &products]).await?;
        self.touched.add(rows.iter().map(|row| row.get("id")));
        Ok(())
    }

    fn check_currency(&self, products: &[ChannelProduct]) -> Result<()> {
        let ours = self.project.currency;
        let foreign = products.iter().flat_map(|p| &p.variants).find(|v| v.price.currency != ours);
        let Some(variant) = foreign else { return Ok(()) };
        let detail = format!(
            "The price of {} is {}, but the project {} sells in {ours}. Nothing was taken.",
            variant.sku.as_deref().unwrap_or("a variant"),
            variant.price,
            self.project.slug
        );
        Err(Error::unprocessable("channel.currency", detail))
    }

    async fn upsert_variants(&self, variants: &[Identified<'_>]) -> Result<()> {
        let ids: Vec<Uuid> = variants.iter().map(|v| v.id).collect();
        let product_ids: Vec<Uuid> = variants.iter().map(|v| v.product_id).collect();
        let keys: Vec<&str> = variants.iter().map(|v| v.key.as_str()).collect();
        let positions: Vec<i64> = variants.iter().map(|v| v.position).collect();
        let titles: Vec<String> = variants.iter().map(|v| variant_title(v.variant)).collect();
        let skus: Vec<&str> = variants.iter().map(|v| v.variant.sku.as_deref().unwrap_or_default()).collect();
        let barcodes: Vec<&str> =
            variants.iter().map(|v| v.variant.barcode.as_deref().unwrap_or_default()).collect();
        let options: Vec<serde_json::Value> = variants.iter().map(|v| json!(v.variant.options)).collect();
        let costs: Vec<Option<i64>> =
            variants.iter().map(|v| v.variant.cost.map(|c| c.amount_minor)).collect();
        let stocks: Vec<Option<i64>> = variants.iter().map(|v| v.variant.inventory_quantity).collect();
        self.tx
            .execute(
                "insert into variants (tenant_id, id, project_id, product_id, variant_key, position, title, sku, \
                    barcode, options, cost_minor, inventory_quantity, updated_at)
                 select $1, v.id, $2, v.product_id, v.variant_key, v.position, v.title, v.sku, v.barcode, v.options,
                    v.cost_minor, v.inventory_quantity, $3
                 from unnest($4::uuid[], $5::uuid[], $6::text[], $7::bigint[], $8::text[], $9::text[], $10::text[],
                    $11::jsonb[], $12::bigint[], $13::bigint[])
                    as v (id, product_id, variant_key, position, title, sku, barcode, options, cost_minor,
                        inventory_quantity)
                 on conflict (tenant_id, id) do update set product_id = excluded.product_id,
                    variant_key = excluded.variant_key, position = excluded.position, title = excluded.title,
                    sku = excluded.sku, barcode = excluded.barcode, options = excluded.options,
                    cost_minor = coalesce(excluded.cost_minor, variants.cost_minor),
                    inventory_quantity = coalesce(excluded.inventory_quantity, variants.inventory_quantity),
                    updated_at = excluded.updated_at",
                &[
                    &self.ctx.tenant.0,
                    &self.project.id.0,
                    &self.ctx.now(),
                    &ids,
                    &product_ids,
                    &keys,
                    &positions,
                    &titles,
                    &skus,
                    &barcodes,
                    &options,
                    &costs,
                    &stocks,
                ],
            )
            .await?;
        Ok(())
    }

    async fn upsert_refs(&self, channel: ChannelId, variants: &[Identified<'_>]) -> Result<()> {
        let ids: Vec<Uuid> = variants.iter().map(|v| v.id).collect();
        let external_variants: Vec<&str> = variants.iter().map(|v| v.variant.id.as_str()).collect();
        let external_products: Vec<&str> = variants.iter().map(|v| v.product.id.as_str()).collect();
        self.tx
            .execute(
                "insert into channel_refs (tenant_id, channel_id, variant_id, external_variant_id, external_product_id)
                 select $1, $2, r.variant_id, r.external_variant_id, r.external_product_id
                 from unnest($3::uuid[], $4::text[], $5::text[])
                    as r (variant_id, external_variant_id, external_product_id)
                 on conflict (tenant_id, channel_id, variant_id) do update
                 set external_variant_id = excluded.external_variant_id,
                    external_product_id = excluded.external_product_id",
                &[&self.ctx.tenant.0, &channel.0, &ids, &external_variants, &external_products],
            )
            .await?;
        Ok(())
    }

    async fn take_prices(&mut self, variants: &[Identified<'_>]) -> Result<()> {
        let ids: Vec<Uuid> = variants.iter().map(|v| v.id).collect();
        let current = current_prices(&self.tx, &ids).await?;
        let current: HashMap<Uuid, _> =
            current.into_iter().map(|p| (p.variant.0, (p.amount_minor, p.compare_at_minor))).collect();
        let moved = variants.iter().filter(|v| {
            let seen = (v.variant.price.amount_minor, v.variant.compare_at.map(|c: Money| c.amount_minor));
            current.get(&v.id) != Some(&seen)
        });
        let prices: Vec<NewPrice> = moved
            .map(|v| NewPrice {
                variant: VariantId(v.id),
                price: v.variant.price,
                compare_at: v.variant.compare_at,
                running: None,
                relative: false,
            })
            .collect();
        self.report.prices_changed += prices.len() as u64;
        let (source, source_id) = match self.source {
            ImportSource::File => ("import", self.report.id.to_string()),
            ImportSource::Channel(channel) => ("ingest", channel.to_string()),
        };
        let origin = Origin { surface: BASE, source, source_id: &source_id, actor: &self.ctx.actor.label };
        write_prices(self.ctx, &self.tx, origin, &prices).await
    }
}

/// A variant with the id it has or gets.
struct Identified<'p> {
    id: Uuid,
    product_id: Uuid,
    product: &'p ChannelProduct,
    variant: &'p ChannelVariant,
    key: String,
    position: i64,
}

/// One statement may not touch a row twice, so products with the same handle become one.
fn merge_repeated(products: Vec<ChannelProduct>) -> Vec<ChannelProduct> {
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut merged: Vec<ChannelProduct> = Vec::with_capacity(products.len());
    for product in products {
        match places.get(&product.handle) {
            Some(&place) => merged[place].variants.extend(product.variants),
            None => {
                places.insert(product.handle.clone(), merged.len());
                merged.push(product);
            }
        }
    }
    merged
}

/// What tells variants of one product apart: their option values, and a number where those repeat.
fn unique_key(variant: &ChannelVariant, seen: &mut HashMap<String, usize>) -> String {
    let values: Vec<&str> = variant.options.iter().map(|option| option.value.as_str()).collect();
    let key = values.join("\u{1f}");
    let times = seen.entry(key.clone()).or_default();
    *times += 1;
    if *times == 1 { key } else { format!("{key}\u{1f}#{times}") }
}

fn variant_title(variant: &ChannelVariant) -> String {
    variant.options.iter().map(|option| option.value.as_str()).collect::<Vec<_>>().join(" / ")
}

fn sorted_tags(tags: &[String]) -> Vec<&str> {
    tags.iter().map(|tag| (tag.as_str(), ())).collect::<BTreeMap<_, _>>().into_keys().collect()
}

fn status_word(status: ProductStatus) -> &'static str {
    match status {
        ProductStatus::Active => "active",
        ProductStatus::Draft => "draft",
        ProductStatus::Archived => "archived",
        ProductStatus::Unlisted => "unlisted",
        ProductStatus::Other => "other",
    }
}

/// A note on a row, as reports show it.
fn note(note: &RowNote) -> FieldError {
    let column = note.column.as_ref().map(|column| format!(", column {column}")).unwrap_or_default();
    FieldError {
        pointer: format!("line {}{column}", note.line),
        code: note.code.to_owned(),
        detail: note.detail.clone(),
    }
}
