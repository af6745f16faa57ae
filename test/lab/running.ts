/** What always stands for the one that runs at present. @param what what it is, for the message when none does */
export function running<T extends object>(what: string, get: () => T | undefined): T {
	return new Proxy({} as T, {
		get: (_, name) => {
			const present = get();
			if (!present) throw new Error(`${what} does not run now`);
			const value = Reflect.get(present, name) as unknown;
			return typeof value === 'function' ? (value.bind(present) as unknown) : value;
		},
	});
}
