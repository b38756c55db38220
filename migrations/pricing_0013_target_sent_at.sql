-- Whether a target's price may have left for the shop, noted before it does. Without it an attempt that only read is
-- not told from one that wrote, and a write of a dead worker that arrives late is not waited for.

alter table rule_targets add column sent_at timestamptz;
