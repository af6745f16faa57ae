import type { Failure } from './types';

/** What a person has to correct before any call is made; the texts name the field in single quotes. */
export function invalidInput(what: string, help: string): { ok: false; failure: Failure } {
	return { ok: false, failure: { kind: 'final', maybeDone: false, what, help } };
}
