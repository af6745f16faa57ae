import type { Failure } from '../values/results';

/** The shortest beginning of a secret that is taken out where a text was cut in the middle of it. */
const SHORTEST_BEGINNING = 4;

/** Takes secret values out of a text, also as a form writes them and where the text was cut short. */
export function redact(text: string, secrets: string[]): string {
	const written = secrets.flatMap((secret) => [
		secret,
		encodeURIComponent(secret),
		new URLSearchParams({ '': secret }).toString().slice(1),
	]);
	const longestFirst = [...new Set(written)].sort((a, b) => b.length - a.length);
	return longestFirst.reduce(
		(shown, secret) => withoutBeginning(shown.split(secret).join('***'), secret),
		text,
	);
}

/** A failure as it may be shown: should the platform's own text repeat a secret, that is taken out. */
export function withoutSecrets(failure: Failure, secrets: string[]): Failure {
	return { ...failure, what: redact(failure.what, secrets), help: redact(failure.help, secrets) };
}

function withoutBeginning(text: string, secret: string): string {
	for (let length = secret.length - 1; length >= SHORTEST_BEGINNING; length -= 1) {
		const cut = `${secret.slice(0, length)}…`;
		if (text.includes(cut)) return text.split(cut).join('***…');
	}
	return text;
}
