//! Shopify's product CSV: reading an export as a stream, and writing a file that Shopify's importer takes.
