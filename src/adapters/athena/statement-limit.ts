/**
 * The longest statement, in bytes of UTF-8. Source: Athena User Guide, "Service Quotas": query string length.
 */
export const longestStatementBytes = 262_144;
