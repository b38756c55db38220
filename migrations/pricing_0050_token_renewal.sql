-- Until when somebody renews a channel's access token: others wait for it, and nobody holds a row while the shop is asked.
-- Past that instant whoever renewed is taken for dead.

alter table channels add column renewing_until timestamptz;
