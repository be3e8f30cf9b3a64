import { ServiceError } from '../core/service.js';

/**
 * Returns an `InvalidRequestException`. Athena sends its own code twice, as `AthenaErrorCode` and `ErrorCode` (measured on
 * Athena, 2026-09, by github.com/aoyagikouhei/athena-local; "measured" in this folder means these measurements).
 */
export function invalidRequest(code: AthenaErrorCode, message: string): ServiceError {
  return new ServiceError('InvalidRequestException', message, 400, {
    AthenaErrorCode: code,
    ErrorCode: code,
  });
}

/** The codes that are known to be Athena's, by measurement or from its users' reports. */
export type AthenaErrorCode =
  | 'INVALID_INPUT'
  | 'MALFORMED_QUERY'
  | 'QUERY_EXECUTION_NOT_FOUND'
  | 'INVALID_QUERY_EXECUTION_STATE'
  | 'RESULT_NOT_FOUND'
  | 'IDEMPOTENT_PARAMETER_MISMATCH'
  | 'DATACATALOG_NOT_FOUND';

/** Returns the answer to a request that misses something by name; which calls give it is the service model's. */
export function resourceNotFound(name: string, message: string): ServiceError {
  return new ServiceError('ResourceNotFoundException', message, 400, { ResourceName: name });
}

/** Returns the answer of the metadata calls when Glue has no such database or table; the text is Glue's inside Athena's. */
export function metadataNotFound(): ServiceError {
  return new ServiceError(
    'MetadataException',
    'EntityNotFoundException: Entity Not Found (Service: AmazonDataCatalog; Status Code: 400; Error Code: EntityNotFoundException; Proxy: null)',
  );
}
