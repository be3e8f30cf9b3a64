/** The name of the file that makes a folder a project. */
export const projectFileName = 'stedi_project.yml';

/** The name of dbt's project file, which is read where there is none of ours. */
export const dbtProjectFileName = 'dbt_project.yml';
