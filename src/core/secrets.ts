/** Environment variables whose name starts with this hold secrets, as `DBT_ENV_SECRET_` does in dbt. */
export const secretPrefix = 'STEDI_ENV_SECRET_';

/** What stands in the place of a secret. */
export const redactedText = '*****';
