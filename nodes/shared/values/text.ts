/** How much of an unknown text is shown to a person. */
const EXCERPT_LENGTH = 160;

/** Text of unknown origin, without markup and line breaks, cut short. */
export function excerpt(text: string): string {
	const flat = text
		.replace(/<(script|style)[\s\S]*?<\/\1>/gi, ' ')
		.replace(/<[^>]*>/g, ' ')
		.replace(/\s+/g, ' ')
		.trim();
	return flat.length > EXCERPT_LENGTH ? `${flat.slice(0, EXCERPT_LENGTH)}…` : flat;
}
