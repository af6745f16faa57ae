/** How much of an unknown text is shown to a person, and how much of it is looked at for that; in characters. */
const EXCERPT_LENGTH = 160;
const READ_LENGTH = 8192;

/**
 * A short piece of a text of unknown origin, such as an ID or a status of the platform's in a message, without markup and
 * line breaks. The time it takes does not depend on the text: only a prefix is looked at, and no pattern here goes back in
 * it.
 */
export function excerpt(text: unknown): string {
	const given = String(text);
	// An ID as it should be: there may be 100,000 of them.
	if (given.length <= EXCERPT_LENGTH && /^[\w-]*$/.test(given)) return given;
	const flat = withoutMarkup(wellFormed(given.slice(0, READ_LENGTH)))
		.replace(/\s+/g, ' ')
		.trim();
	return flat.length > EXCERPT_LENGTH ? `${wellFormed(flat.slice(0, EXCERPT_LENGTH))}…` : flat;
}

/** A sentence that another one, or more of it, is to follow. */
export function withoutStop(text: string): string {
	return text.replace(/\.\s*$/, '');
}

/** A text in which each half of a broken character is replaced: other text functions throw for one. */
export function wellFormed(text: string): string {
	return Buffer.from(text).toString();
}

function withoutMarkup(text: string): string {
	const [before = '', ...pieces] = text.split('<');
	let hidden = false;
	const shown = pieces.map((piece) => {
		if (!/^[a-z/!?]/i.test(piece)) return hidden ? '' : `<${piece}`;
		if (/^(script|style)\b/i.test(piece)) hidden = true;
		if (/^\/(script|style)\b/i.test(piece)) hidden = false;
		const end = piece.indexOf('>');
		return hidden || end < 0 ? '' : ` ${piece.slice(end + 1)}`;
	});
	return before + shown.join('');
}
