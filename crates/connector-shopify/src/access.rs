//! What the app may do in a shop, and how much of its cost bucket is left.

use channel::{Access, BoxFuture, Budget, Result};
use serde::Deserialize;

use crate::client::ShopifyClient;
use crate::operation::READ_SCOPES;

/// What writing prices needs. A write scope implies the read scope of the same things.
const NEEDED: [&str; 2] = ["read_products", "write_products"];

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Data {
    current_app_installation: Installation,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Installation {
    access_scopes: Vec<Scope>,
}

#[derive(Deserialize)]
struct Scope {
    handle: String,
}

impl Access for ShopifyClient {
    fn granted_scopes(&self) -> BoxFuture<'_, Result<Vec<String>>> {
        Box::pin(async move {
            let none = serde_json::Map::new();
            let data: Data = self.execute(&READ_SCOPES, &none, 1, 2).await?;
            Ok(data.current_app_installation.access_scopes.into_iter().map(|scope| scope.handle).collect())
        })
    }

    fn missing_scopes(&self, granted: &[String]) -> Vec<String> {
        missing_scopes(granted)
    }

    fn budget(&self) -> Budget {
        self.budget_now()
    }
}

/// The scopes that writing prices needs and `granted` does not have.
#[must_use]
pub fn missing_scopes(granted: &[String]) -> Vec<String> {
    let has = |needed: &str| {
        let stronger = needed.replacen("read_", "write_", 1);
        granted.iter().any(|one| *one == needed || *one == stronger)
    };
    NEEDED.iter().filter(|needed| !has(needed)).map(|needed| (*needed).to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_write_scope_implies_its_read_scope() {
        let granted = |scopes: &[&str]| scopes.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>();
        assert!(missing_scopes(&granted(&["write_products"])).is_empty());
        assert_eq!(missing_scopes(&granted(&["read_products"])), ["write_products"]);
        assert_eq!(missing_scopes(&granted(&["read_orders"])).len(), 2);
    }
}
