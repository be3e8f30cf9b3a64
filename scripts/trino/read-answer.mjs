// Values of Trino's REST protocol as fixtures/trino-functions/README.md writes them.

/** Returns the argument types of a type's signature. */
function argumentsOf({ arguments: given }) {
  return given.map(({ value }) => value.typeSignature ?? value);
}

/** Returns the name of a type as Trino's `typeof` writes it. */
export function typeName(type) {
  const { rawType, arguments: given } = type;
  if (given.length === 0) return rawType;
  const names = given.map(({ kind, value }) => {
    if (kind === 'LONG') return String(value);
    const name = typeName(value.typeSignature ?? value);
    return value.fieldName === undefined ? name : `${value.fieldName.name} ${name}`;
  });
  if (rawType === 'varchar' && given[0].value >= 2147483647) return 'varchar';
  const [base, ...rest] = rawType.split(' ');
  return [`${base}(${names.join(', ').replace(/^(\d+), (\d+)$/, '$1,$2')})`, ...rest].join(' ');
}

/** Returns whether a type holds a map, whose keys the protocol writes as texts that cannot be read back. */
export function holdsMap(type) {
  return type.rawType === 'map' || argumentsOf(type).some((each) => each.rawType && holdsMap(each));
}

/**
 * Returns SQL that gives the value of `sql` with a list of entries in the place of each map. `depth` tells the names of the
 * lambdas' parameters apart.
 */
export function spellMaps(sql, type, depth = 0) {
  if (!holdsMap(type)) return sql;
  const name = `spelled_${depth}`;
  const parts = argumentsOf(type);
  if (type.rawType === 'array') {
    return `transform(${sql}, ${name} -> ${spellMaps(name, parts[0], depth + 1)})`;
  }
  if (type.rawType === 'map') {
    const [key, value] = parts.map((part, index) =>
      spellMaps(`${name}[${index + 1}]`, part, depth + 1),
    );
    return `transform(map_entries(${sql}), ${name} -> row(${key}, ${value}))`;
  }
  const fields = parts.map((part, index) => spellMaps(`${name}[${index + 1}]`, part, depth + 1));
  return `transform(array[${sql}], ${name} -> if(${name} is not null, row(${fields.join(', ')})))[1]`;
}

function formatNumber(text) {
  const number = Number(text);
  return Object.is(number, -0) ? '-0' : String(number);
}

/** Returns the entries of a map of the protocol, whose keys are texts. */
function entriesOf(map, keyType) {
  const readKey = (key) => (keyType.rawType === 'boolean' ? key === 'true' : key);
  return Object.entries(map).map(([key, value]) => [readKey(key), value]);
}

/**
 * Returns a value of the protocol in the form of the fixtures. Maps are lists of entries, see `spellMaps`, or, where their keys are
 * scalars, objects.
 */
export function readValue(value, type) {
  if (value === null || typeof value === 'boolean') return value;
  const parts = argumentsOf(type);
  switch (type.rawType) {
    case 'array':
      return value.map((each) => readValue(each, parts[0]));
    case 'row':
      return { row: value.map((each, index) => readValue(each, parts[index])) };
    case 'map': {
      const text = ([key]) => (typeof key === 'string' ? key : JSON.stringify(key));
      const entries = (Array.isArray(value) ? value : entriesOf(value, parts[0])).map((entry) =>
        entry.map((each, index) => readValue(each, parts[index])),
      );
      return { map: entries.sort((left, right) => (text(left) < text(right) ? -1 : 1)) };
    }
    case 'double':
    case 'real':
      return formatNumber(value);
    case 'varbinary':
      return { hex: Buffer.from(value, 'base64').toString('hex') };
    default:
      return typeof value === 'object' ? JSON.stringify(value) : String(value);
  }
}
