/** The style of every page; its hash is what the content security policy admits. */
export const style = `
:root { color-scheme: light dark; --ink: #1c2024; --soft: #4b5560; --paper: #fff; --line: #d5dae0;
  --tint: #f3f5f7; --link: #0b57a4; --get: #0b6b3a; --change: #8a4b00; --delete: #a3161c; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8eaed; --soft: #adb5bd; --paper: #15181b;
  --line: #3a4148; --tint: #1f2429; --link: #82b7ff; --get: #7fd6a2; --change: #f0b866;
  --delete: #ff9c97; } }
* { box-sizing: border-box; }
body { margin: 0; color: var(--ink); background: var(--paper);
  font: 16px/1.55 system-ui, sans-serif; overflow-wrap: break-word; }
a { color: var(--link); }
a:focus-visible, summary:focus-visible, pre:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.skip { position: absolute; left: -999px; }
.skip:focus { left: 8px; top: 8px; padding: 8px; background: var(--paper); }
main, .narrow { max-width: 60rem; margin: 0 auto; padding: 1rem 1.25rem 4rem; }
.columns { display: grid; grid-template-columns: 17rem minmax(0, 1fr); }
.columns > nav { border-right: 1px solid var(--line); padding: 1rem 1.25rem; height: 100vh;
  position: sticky; top: 0; overflow-y: auto; font-size: .875rem; }
nav ul { list-style: none; margin: 0; padding: 0 0 0 .75rem; }
nav li { padding: .15rem 0; }
nav summary { cursor: pointer; font-weight: 600; padding: .2rem 0; }
h1 { font-size: 1.75rem; line-height: 1.25; } h2 { margin-top: 3rem; border-bottom: 1px solid var(--line); }
h3 { margin: 2.5rem 0 .25rem; font-size: 1.125rem; } h4 { margin: 1.25rem 0 .25rem; font-size: .95rem; }
code, pre { font: .875em/1.5 ui-monospace, monospace; }
code { background: var(--tint); padding: .1em .25em; border-radius: 3px; }
pre { background: var(--tint); border: 1px solid var(--line); border-radius: 6px; padding: .75rem 1rem; overflow-x: auto; }
pre code { padding: 0; background: none; }
.route { margin: .25rem 0 .75rem; } .route code { font-weight: 600; }
.method { font-weight: 700; } .get { color: var(--get); } .delete { color: var(--delete); }
.post, .put, .patch { color: var(--change); }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
th, td { text-align: left; vertical-align: top; padding: .35rem .75rem .35rem 0; border-bottom: 1px solid var(--line); }
th { font-weight: 600; } .soft { color: var(--soft); } td p { margin: 0; }
dt { font-weight: 600; margin-top: .5rem; } dd { margin: 0; }
@media (max-width: 50rem) { .columns { display: block; }
  .columns > nav { position: static; height: auto; border-right: 0; border-bottom: 1px solid var(--line); } }
`
