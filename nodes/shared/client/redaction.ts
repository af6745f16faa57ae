import { wellFormed } from '../values/text';
import type { Failure } from '../values/results';

/** The shortest secret that is taken out, and the shortest beginning of one where a text was cut in the middle of it. */
const SHORTEST = 4;

/** Takes secret values out of a text, also as a form writes them and where the text was cut short. Never throws. */
export function redact(text: string, secrets: Iterable<string>): string {
	const written = [...secrets]
		.filter(({ length }) => length >= SHORTEST)
		.map(wellFormed)
		.flatMap((secret) => [
			secret,
			encodeURIComponent(secret),
			new URLSearchParams({ '': secret }).toString().slice(1),
		]);
	const longestFirst = [...new Set(written)].sort((a, b) => b.length - a.length);
	return longestFirst.reduce(
		(shown, secret) => withoutBeginning(shown.split(secret).join('***'), secret),
		wellFormed(text),
	);
}

/** A failure as it may be shown: should the platform's own text repeat a secret, that is taken out. */
export function withoutSecrets(failure: Failure, secrets: Iterable<string>): Failure {
	const known = [...secrets];
	return { ...failure, what: redact(failure.what, known), help: redact(failure.help, known) };
}

/** Texts are cut with an ellipsis. */
function withoutBeginning(text: string, secret: string): string {
	const pieces = text.split('…');
	return pieces.map((piece, at) => (at < pieces.length - 1 ? withoutEnd(piece, secret) : piece)).join('…');
}

function withoutEnd(piece: string, secret: string): string {
	for (let length = secret.length - 1; length >= SHORTEST; length -= 1) {
		if (piece.endsWith(secret.slice(0, length))) return `${piece.slice(0, -length)}***`;
	}
	return piece;
}
