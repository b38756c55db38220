//! Whose turn it is: tenants are served in turn, and what a turn took beyond the others' is owed and waited out.
//! Deficit round robin with weights in place of bytes. Kept in memory by each worker; fair for each is fair for all.

use std::collections::HashMap;

use uuid::Uuid;

/// What a worker remembers of the turns it gave.
#[derive(Debug, Default)]
pub(crate) struct Turns {
    last_served: Uuid,
    /// Units that a tenant is ahead of the others; those who are level are not in it.
    ahead: HashMap<Uuid, i64>,
}

impl Turns {
    /// A worker's first look begins anywhere, so that many workers do not all begin with the same tenant.
    pub(crate) fn beginning_after(tenant: Uuid) -> Self {
        Self { last_served: tenant, ahead: HashMap::new() }
    }

    /// The next turn is that of the tenant after this one.
    pub(crate) fn last_served(&self) -> Uuid {
        self.last_served
    }

    /// Tenants that are ahead, and by how many units.
    pub(crate) fn owed(&self) -> (Vec<Uuid>, Vec<i64>) {
        self.ahead.iter().map(|(tenant, units)| (*tenant, *units)).unzip()
    }

    /// Notes what was served in one look, in order: tenant, where it began, weight. Time moves to where the last began:
    /// whoever had less until then has had no work, and saves up nothing.
    pub(crate) fn served(&mut self, jobs: &[(Uuid, i64, i64)]) {
        let Some(&(last, now, _)) = jobs.last() else { return };
        for (tenant, begins, weight) in jobs {
            self.ahead.insert(*tenant, begins + weight);
        }
        self.ahead.retain(|_, units| {
            *units -= now;
            *units > 0
        });
        self.last_served = last;
    }

    /// Nobody that was looked at could be served: the next look goes on after them.
    pub(crate) fn passed_over(&mut self, last: Uuid) {
        self.last_served = last;
    }
}
