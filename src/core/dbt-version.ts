/** The dbt whose language templates and YAML files are written in. */
export const dbtVersion = '1.10.0';
