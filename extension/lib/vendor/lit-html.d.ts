// The build copies lit-html here from its npm package; these are its types.
export * from "lit-html";
