//! Talking to vendors: outbound HTTP with limits that knows whether a request left the house, a clock for pacing,
//! secrets that never print, and the vault that seals them. No vendor and no pricing word in here.

mod credential;
mod http;
mod pace;
mod secret;
mod vault;

pub use credential::{Credential, Renew, Renewal};
pub use http::{
    Address, AddressError, HttpClient, HttpError, HttpFault, HttpLimits, HttpRequest, HttpResponse, Reach,
};
pub use pace::{MonotonicTime, SystemTime};
pub use secret::{Secret, redact};
pub use vault::{DataKey, MasterKey, MasterKeys, SealedDataKey, Vault, VaultError};
