//! The ids of the pricing application.

use kernel_core::define_id;

define_id!(ChannelId, "chn", "a connected shop or account");
define_id!(CommentId, "cmt", "something said of a price change");
define_id!(DriftId, "dft", "a price that a shop shows and we do not hold");
define_id!(GuardrailVersionId, "grv", "a version of guardrails");
define_id!(ImportId, "imp", "one import of a catalogue");
define_id!(NoticeId, "ntc", "something a shop told us");
define_id!(PriceChangeId, "pch", "a price change");
define_id!(PriceVersionId, "prv", "one price of one variant for a span of time");
define_id!(ProductId, "prd", "a product");
define_id!(RuleId, "rul", "a rule");
define_id!(RunId, "run", "one execution of a price change");
define_id!(TargetId, "tgt", "one row of a run");
define_id!(VariantId, "var", "the unit that has a SKU and prices");
define_id!(ViewId, "viw", "a list as somebody likes to see it");
define_id!(WaiverId, "wai", "a waiver of a soft guardrail");
define_id!(WebhookDeliveryId, "whd", "one event on its way to one webhook");
define_id!(WebhookId, "whk", "an address that gets events");
