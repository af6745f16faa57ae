/** Stands for the object that is running at the time of each access. @param what its name in the error message */
export function running<T extends object>(what: string, get: () => T | undefined): T {
	return new Proxy({} as T, {
		get: (_, name) => {
			const present = get();
			if (!present) throw new Error(`${what} is not running`);
			const value = Reflect.get(present, name) as unknown;
			return typeof value === 'function' ? (value.bind(present) as unknown) : value;
		},
	});
}
