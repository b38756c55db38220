//! The vault from outside: what is sealed opens for its owner alone, and keys are made, kept and changed safely.

use std::fs;
use std::path::Path;

use kernel_connect::{MasterKeys, SealedDataKey, Secret, Vault, VaultError};
use kernel_core::TenantId;
use proptest::prelude::*;

const KEY_A: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
const KEY_B: &str = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";

fn vault(keys: &str) -> Vault {
    Vault::new(MasterKeys::parse(keys, "the test").expect("keys"))
}

#[test]
fn a_secret_opens_for_its_tenant_and_name_only() {
    let (vault, tenant, other) = (vault(KEY_A), TenantId::new(), TenantId::new());
    let sealed_key = vault.new_data_key(tenant).expect("random bytes");
    let key = vault.open_data_key(tenant, &sealed_key).expect("opens");
    let sealed = key.seal("shopify/token", &Secret::new("shpat_1")).expect("seals");
    assert_eq!(key.open("shopify/token", &sealed).expect("opens").expose(), "shpat_1");
    assert!(matches!(key.open("shopify/other", &sealed), Err(VaultError::Damaged)));
    assert!(matches!(vault.open_data_key(other, &sealed_key), Err(VaultError::Damaged)));
    let other_key = vault.open_data_key(other, &vault.new_data_key(other).expect("random")).expect("opens");
    assert!(matches!(other_key.open("shopify/token", &sealed), Err(VaultError::Damaged)));
    let text = String::from_utf8_lossy(&sealed).into_owned();
    assert!(!text.contains("shpat_1"));
    assert_ne!(
        sealed,
        key.seal("shopify/token", &Secret::new("shpat_1")).expect("seals"),
        "sealed afresh each time"
    );
}

#[test]
fn master_keys_are_changed_without_touching_the_secrets() {
    let tenant = TenantId::new();
    let old = vault(KEY_A);
    let sealed_key = old.new_data_key(tenant).expect("random bytes");
    let sealed =
        old.open_data_key(tenant, &sealed_key).expect("opens").seal("n", &Secret::new("s")).expect("seals");
    assert!(matches!(vault(KEY_B).open_data_key(tenant, &sealed_key), Err(VaultError::UnknownKey(_))));
    let both = vault(&format!("{KEY_B},{KEY_A}"));
    let key = both.open_data_key(tenant, &sealed_key).expect("the former key opens");
    let moved = both.seal_data_key(&key).expect("seals");
    let key = vault(KEY_B).open_data_key(tenant, &moved).expect("the new key opens");
    assert_eq!(key.open("n", &sealed).expect("opens").expose(), "s");
}

#[test]
fn newer_and_broken_blobs_are_told_apart() {
    let (vault, tenant) = (vault(KEY_A), TenantId::new());
    let sealed = vault.new_data_key(tenant).expect("random bytes").0;
    let open = |bytes: Vec<u8>| vault.open_data_key(tenant, &SealedDataKey(bytes)).map(|_| ());
    let mut newer = sealed.clone();
    newer[0] = 2;
    assert!(matches!(open(newer), Err(VaultError::Version(2))));
    assert!(matches!(open(Vec::new()), Err(VaultError::Damaged)));
    for length in 1..sealed.len() {
        assert!(open(sealed[..length].to_vec()).is_err(), "cut to {length}");
    }
}

#[test]
fn text_that_is_no_key_is_refused_without_repeating_it() {
    for text in ["", " \n", "c2hvcnQ=", "not base64!", &format!("{KEY_A},c2hvcnQ=")] {
        let error = MasterKeys::parse(text, "CALIBR_MASTER_KEY").map(|_| ()).expect_err("no key");
        let shown = format!("{error} {error:?}");
        assert!(shown.contains("CALIBR_MASTER_KEY") && !shown.contains("c2hv"), "{shown}");
    }
}

#[cfg(unix)]
fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(path).expect("the file is there").permissions().mode() & 0o777
}

#[test]
#[cfg(unix)]
fn the_key_file_is_made_once_and_for_its_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("deep/er/master.key");
    let first = MasterKeys::from_file(&path).expect("made");
    assert_eq!(mode(&path), 0o600);
    assert_eq!(MasterKeys::from_file(&path).expect("read").current_id(), first.current_id());
    let left: Vec<_> = fs::read_dir(path.parent().expect("a folder")).expect("readable").collect();
    assert_eq!(left.len(), 1, "no draft is left behind");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).expect("changed");
    assert!(matches!(MasterKeys::from_file(&path), Err(VaultError::Exposed(_))));
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("changed");
    fs::write(&path, "").expect("emptied");
    assert!(
        matches!(MasterKeys::from_file(&path), Err(VaultError::NotAKey(_))),
        "an emptied file is not replaced"
    );
}

#[test]
fn of_many_that_start_at_once_all_take_the_same_key() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("master.key");
    let ids: std::collections::HashSet<String> = std::thread::scope(|scope| {
        let tasks: Vec<_> = (0..16)
            .map(|_| scope.spawn(|| MasterKeys::from_file(&path).expect("a key").current_id()))
            .collect();
        tasks.into_iter().map(|task| task.join().expect("no panic")).collect()
    });
    assert_eq!(ids.len(), 1);
}

proptest! {
    #[test]
    fn any_flipped_bit_keeps_the_blob_shut(secret in ".{0,40}", at in any::<prop::sample::Index>(), bit in 0_u8..8) {
        let (vault, tenant) = (vault(KEY_A), TenantId::new());
        let key = vault.open_data_key(tenant, &vault.new_data_key(tenant).expect("random")).expect("opens");
        let mut sealed = key.seal("n", &Secret::new(secret.clone())).expect("seals");
        let opened = key.open("n", &sealed).expect("opens");
        prop_assert_eq!(opened.expose(), secret);
        let at = at.index(sealed.len());
        sealed[at] ^= 1 << bit;
        prop_assert!(key.open("n", &sealed).is_err());
    }
}
