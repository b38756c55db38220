//! How far a client may reach. An address that a customer typed must not lead into the network of the server: names are
//! looked at after they were resolved, for the very connection that is made.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::pin::Pin;
use std::task::{Context, Poll};

use hyper_util::client::legacy::connect::dns::{GaiResolver, Name};
use tower_service::Service;

/// Where connections may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Anywhere, as for addresses that an operator typed.
    Anywhere,
    /// Only to addresses that are routed on the public internet.
    PublicOnly,
}

impl Reach {
    /// Whether a connection to `ip` may be made.
    #[must_use]
    pub fn allows(self, ip: IpAddr) -> bool {
        self == Self::Anywhere || is_public(ip)
    }
}

fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => is_public_v6(ip),
    }
}

/// By the registry of special-purpose addresses, <https://www.iana.org/assignments/iana-ipv4-special-registry>.
fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    let special = ip.is_private()
        || ip.is_loopback()
        || ip.is_link_local()
        || ip.is_multicast()
        || ip.is_documentation()
        || a == 0
        || a >= 240
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 198 && (18..20).contains(&b));
    !special
}

/// By <https://www.iana.org/assignments/iana-ipv6-special-registry>; what wraps an IPv4 address counts as that one.
fn is_public_v6(ip: Ipv6Addr) -> bool {
    let parts = ip.segments();
    let wrapped = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        is_public_v4(Ipv4Addr::new(a, b, c, d))
    };
    match parts {
        [0, 0, 0, 0, 0, 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => wrapped(high, low),
        [0x2002, high, low, ..] => wrapped(high, low),
        // Documentation, benchmarks and tunnels; beyond 2000::/3 nothing is given out.
        [0x2001, 0..=0x1ff, ..] | [0x2001, 0xdb8, ..] | [0x3fff, ..] => false,
        [first, ..] => (0x2000..0x4000).contains(&first),
    }
}

/// The system's resolver, without the addresses that may not be reached.
#[derive(Clone)]
pub(super) struct Resolver {
    pub reach: Reach,
    pub system: GaiResolver,
}

impl Service<Name> for Resolver {
    type Response = std::vec::IntoIter<SocketAddr>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Self::Response>> + Send>>;

    fn poll_ready(&mut self, ctx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.system.poll_ready(ctx)
    }

    fn call(&mut self, name: Name) -> Self::Future {
        let (reach, found) = (self.reach, self.system.call(name.clone()));
        Box::pin(async move {
            let allowed: Vec<SocketAddr> = found.await?.filter(|found| reach.allows(found.ip())).collect();
            if allowed.is_empty() {
                let told = format!("{name} has no address that may be reached from here");
                return Err(io::Error::new(io::ErrorKind::PermissionDenied, told));
            }
            Ok(allowed.into_iter())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_routed_on_the_internet_is_public() {
        for public in
            ["1.1.1.1", "8.8.8.8", "100.63.255.255", "172.32.0.1", "198.20.0.1", "2606:4700::1", "2a00::1"]
        {
            assert!(Reach::PublicOnly.allows(public.parse().expect(public)), "{public}");
        }
        for inside in [
            "127.0.0.1",
            "127.8.8.8",
            "0.0.0.0",
            "10.1.2.3",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "192.0.0.8",
            "198.18.0.1",
            "203.0.113.9",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:10.0.0.1",
            "::ffff:127.0.0.1",
            "64:ff9b::a00:1",
            "2002:7f00:1::",
            "2001::1",
            "2001:db8::1",
            "fc00::1",
            "fd12:3456::1",
            "fe80::1",
            "ff02::1",
        ] {
            let ip: IpAddr = inside.parse().expect(inside);
            assert!(!Reach::PublicOnly.allows(ip), "{inside}");
            assert!(Reach::Anywhere.allows(ip), "{inside}");
        }
    }
}
