//! Lists: which page, which filter, and what a page looks like. Unknown parameters are refused.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use kernel_core::{Error, Result};
use kernel_db::paging::{Cursor, Page, PageRequest};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::Problem;

/// The query of a list: `limit` and `cursor`, `project` where the list belongs to one, and the filter `F`,
/// which should refuse unknown fields.
pub struct ListQuery<F> {
    /// Which page.
    pub page: PageRequest,
    /// The project's slug, where one was named.
    pub project: Option<String>,
    /// What narrows the list.
    pub filter: F,
}

/// For lists that nothing narrows.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoFilter {}

/// The page parameters of every list, as the OpenAPI document shows them.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code)]
pub struct PageParams {
    /// Rows per page, 1 to 1000; 50 unless said.
    limit: Option<u32>,
    /// `next_cursor` of the page before, with the same filters.
    cursor: Option<String>,
}

/// The project parameter, as the OpenAPI document shows it.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code)]
pub struct ProjectParam {
    /// Slug of the project; may be left out when the tenant has exactly one.
    project: Option<String>,
}

impl<F: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for ListQuery<F> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> std::result::Result<Self, Problem> {
        Ok(parse(parts.uri.query().unwrap_or_default())?)
    }
}

fn parse<F: DeserializeOwned>(query: &str) -> Result<ListQuery<F>> {
    let refused =
        |detail: String| Error::invalid("query.invalid", format!("The query does not fit: {detail}."));
    let mut pairs: Vec<(String, String)> =
        serde_urlencoded::from_str(query).map_err(|error| refused(error.to_string()))?;
    let mut take = |name: &str| {
        let place = pairs.iter().position(|(key, _)| key == name)?;
        Some(pairs.remove(place).1)
    };
    let limit =
        take("limit").map(|text| text.parse().map_err(|_| refused(format!("`{text}` is not a limit"))));
    let cursor = take("cursor").map(Cursor::from);
    let project = take("project");
    let rest = serde_urlencoded::to_string(&pairs).map_err(|error| refused(error.to_string()))?;
    let filter = serde_urlencoded::from_str(&rest).map_err(|error| refused(error.to_string()))?;
    Ok(ListQuery { page: PageRequest::new(limit.transpose()?, cursor)?, project, filter })
}

/// One page of a list.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct PageBody<T> {
    /// The rows.
    pub data: Vec<T>,
    /// Whether there are more.
    pub has_more: bool,
    /// What to send as `cursor` to go on; absent on the last page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

impl<T> From<Page<T>> for PageBody<T> {
    fn from(page: Page<T>) -> Self {
        let next_cursor = page.next_cursor.map(|cursor| cursor.as_str().to_owned());
        Self { data: page.data, has_more: page.has_more, next_cursor }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize, Debug, PartialEq)]
    #[serde(deny_unknown_fields)]
    struct Filter {
        q: Option<String>,
        state: Option<String>,
    }

    #[test]
    fn page_project_and_filter_are_told_apart() {
        let list: ListQuery<Filter> = parse("q=tent%20peg&limit=7&project=demo").expect("it fits");
        assert_eq!(list.filter, Filter { q: Some("tent peg".into()), state: None });
        assert_eq!((list.page.limit(), list.project.as_deref()), (7, Some("demo")));
    }

    #[test]
    fn unknown_parameters_and_wrong_limits_are_refused() {
        for query in ["stat=a", "limit=0", "limit=1001", "limit=x", "q=a&q=b", "limit=1&limit=2"] {
            assert!(parse::<Filter>(query).is_err(), "{query}");
        }
    }
}
