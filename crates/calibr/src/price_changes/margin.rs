//! The margin that planned prices leave: of the price without tax, by the cost and the tax that are known now.

use kernel_core::{Error, Result};
use kernel_db::TenantTx;
use pricing::TaxFactor;

use super::store::PriceChangeRecord;
use crate::accounts;
use crate::rules::percent;

/// How prices of a plan are held against costs.
#[derive(Debug, Clone, Copy)]
pub(super) struct AgainstCosts {
    tax: TaxFactor,
}

impl AgainstCosts {
    /// None where the plan's prices are in another currency than the project's, which costs are told in.
    ///
    /// # Errors
    /// The database refused.
    pub(super) async fn of(tx: &TenantTx, record: &PriceChangeRecord) -> Result<Option<Self>> {
        let project = accounts::project_by_id(tx, record.project).await?;
        let tax = accounts::pricing_context(&project, record.planned_at).tax;
        Ok((project.currency == record.currency).then(|| Self { tax: TaxFactor::included(tax) }))
    }

    /// The margin in percent with two decimals.
    pub(super) fn margin_pct(self, price_minor: Option<i64>, cost_minor: Option<i64>) -> Option<String> {
        pricing::net_margin_basis_points(price_minor?, cost_minor?, self.tax).map(percent)
    }

    /// What a price and what a cost are multiplied by, to be subtracted.
    ///
    /// # Errors
    /// They are too large, which no rate that is kept makes them.
    pub(super) fn factors(self) -> Result<[i64; 2]> {
        let factor = |parts| i64::try_from(parts).map_err(Error::internal);
        Ok([factor(self.tax.without)?, factor(self.tax.with)?])
    }
}
