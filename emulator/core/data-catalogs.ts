import { accountId as ownAccount } from './account.js';
import type { GlueCatalog } from './glue-catalog.js';

/** A data catalog of Athena: a name for a catalog that tables are looked up in. */
export interface DataCatalog {
  /** As it was registered; names are compared without regard to case (measured). */
  readonly name: string;
  readonly type: 'GLUE' | 'LAMBDA' | 'HIVE' | 'FEDERATED';
  readonly description?: string;
  /** `catalog-id` of the type GLUE: the account whose Glue catalog it is. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** The Glue catalogs of all accounts that the emulator knows, and the names that Athena has for them. */
export interface DataCatalogs {
  /** Returns an account's Glue catalog, or `undefined` for an account that does not exist. */
  readonly findAccount: (account: string) => GlueCatalog | undefined;
  /** Returns an account's Glue catalog; the account exists from then on. */
  readonly openAccount: (account: string) => GlueCatalog;
  /** Returns the Glue catalog that statements mean by a name; `undefined` if there is none. */
  readonly findGlue: (name: string) => GlueCatalog | undefined;
  find(name: string): DataCatalog | undefined;
  /** All of them, in the order of their names. */
  list(): readonly DataCatalog[];
  register(catalog: DataCatalog): void;
  /** Returns whether there was one of that name. */
  remove(name: string): boolean;
}

/** The catalog of one's own account, under the name that every account has it by. */
export const ownCatalogName = 'AwsDataCatalog';

/**
 * A catalog that a statement names without registering it (Athena User Guide, "Cross-account access to Data Catalogs",
 * "Using a catalog dynamically"). What Athena says of another region is not sourced.
 */
const dynamicName = /^glue:arn:aws[a-z-]*:glue:[a-z0-9-]+:([0-9]{12}):catalog$/i;

/** Returns the data catalogs of an account that has registered none; `create` makes an account's Glue catalog. */
export function createDataCatalogs(
  own: GlueCatalog,
  create: (account: string) => GlueCatalog,
): DataCatalogs {
  const accounts = new Map([[ownAccount, own]]);
  const catalogs = new Map<string, DataCatalog>();
  const findAccount = (account: string): GlueCatalog | undefined => accounts.get(account);
  const find = (name: string): DataCatalog | undefined => catalogs.get(name.toLowerCase());
  const register = (catalog: DataCatalog): void => {
    catalogs.set(catalog.name.toLowerCase(), catalog);
  };
  register({ name: ownCatalogName, type: 'GLUE', parameters: { 'catalog-id': ownAccount } });
  return {
    findAccount,
    find,
    register,
    openAccount(account) {
      const found = findAccount(account) ?? create(account);
      accounts.set(account, found);
      return found;
    },
    findGlue(name) {
      const [, dynamic] = dynamicName.exec(name) ?? [];
      const account = dynamic ?? find(name)?.parameters['catalog-id'];
      return account === undefined ? undefined : findAccount(account);
    },
    list: () => [...catalogs.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
    remove: (name) => catalogs.delete(name.toLowerCase()),
  };
}
