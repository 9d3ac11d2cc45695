// Prints the milliseconds that the modules named on the command line take to load.

const started = performance.now();
for (const specifier of process.argv.slice(2)) await import(specifier);
console.log(performance.now() - started);
