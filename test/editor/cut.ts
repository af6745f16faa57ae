import type { Locator } from 'playwright-core';

/** A part of the page: the smallest rectangle that holds `parts`, with a margin, as far as it lies in `frame`. */
export interface Cut {
	parts: Locator[];
	frame?: Locator;
	/** Pixels. */
	margin?: number;
}

export async function rectangleOf({ parts, frame, margin = 16 }: Cut): Promise<Rectangle> {
	const { left, top, right, bottom } = await edges(parts, margin);
	// Without the line around it.
	const within = frame ? await edges([frame], -2) : { left, top, right, bottom };
	const x = Math.max(left, within.left);
	const y = Math.max(top, within.top);
	return {
		x,
		y,
		width: Math.min(right, within.right) - x,
		height: Math.min(bottom, within.bottom) - y,
	};
}

interface Rectangle {
	x: number;
	y: number;
	width: number;
	height: number;
}

async function edges(parts: Locator[], margin = 0): Promise<Edges> {
	const boxes = await Promise.all(parts.map(async (part) => await part.boundingBox()));
	const seen = boxes.filter((box) => box !== null);
	return {
		left: Math.min(...seen.map(({ x }) => x)) - margin,
		top: Math.min(...seen.map(({ y }) => y)) - margin,
		right: Math.max(...seen.map(({ x, width }) => x + width)) + margin,
		bottom: Math.max(...seen.map(({ y, height }) => y + height)) + margin,
	};
}

interface Edges {
	left: number;
	top: number;
	right: number;
	bottom: number;
}
