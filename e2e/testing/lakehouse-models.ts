/** Every model of the STEDI lakehouse that is a table, as `schema.name`. */
export const lakehouseModels: readonly string[] = [
  'stedi_landing.customer_landing',
  'stedi_landing.accelerometer_landing',
  'stedi_landing.step_trainer_landing',
  'stedi_trusted.customer_trusted',
  'stedi_trusted.accelerometer_trusted',
  'stedi_trusted.serial_number_resolution',
  'stedi_trusted.step_trainer_trusted',
  'stedi_curated.customers_curated',
  'stedi_curated.machine_learning_curated',
];

/** Returns the models of a manifest (`target/manifest.json`) as `schema.name`; those without a relation left out. */
export function modelsOfManifest(text: string): readonly string[] {
  const { nodes } = JSON.parse(text) as {
    readonly nodes: Readonly<
      Record<
        string,
        {
          readonly resource_type: string;
          readonly schema: string;
          readonly name: string;
          readonly relation_name: string | null;
        }
      >
    >;
  };
  return Object.values(nodes)
    .filter(
      ({ resource_type, relation_name }) => resource_type === 'model' && relation_name !== null,
    )
    .map(({ schema, name }) => `${schema}.${name}`);
}
