/** The name of the file that makes a folder a project. */
export const projectFileName = 'stedi_project.yml';
