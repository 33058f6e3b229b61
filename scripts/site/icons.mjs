/**
 * A style sheet with the shapes of some icons of Font Awesome's (free, CC BY 4.0), so that a page doesn't load all of them.
 *
 * @param {string} shapes The script that holds all shapes.
 * @param {ReadonlySet<string>} names The icons that pages use, and other words after `fa-`.
 */
export function iconStyle(shapes, names) {
  const rules = [...names].sort().flatMap((name) => {
    const shape = new RegExp(
      `[,{]"?${name}"?:\\[(\\d+),(\\d+),\\[[^\\]]*\\],"[0-9a-f]+","([^"]+)"\\]`,
    ).exec(shapes);
    if (!shape) return [];
    const [, width, height, path] = shape;
    const svg = `<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 ${width} ${height}'><path d='${path}'/></svg>`;
    return [`.fa-${name}{--shape:url("data:image/svg+xml,${encodeURIComponent(svg)}")}`];
  });
  return `/* Icons of Font Awesome Free, CC BY 4.0. */
.fa-solid,.fa-brands,.fa-regular{display:inline-block;width:1.1em;height:1em;vertical-align:-.125em;background:currentColor;mask:var(--shape) center/contain no-repeat}
.fa-solid::before,.fa-brands::before,.fa-regular::before{content:none!important}
${rules.join("\n")}
`;
}
