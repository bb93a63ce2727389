//! Why a table was refused.

use crate::lang::Lang;

/// Why a table was refused. No part of a refused table is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TableError {
    /// The file is larger than [`super::MAX_TABLE_BYTES`].
    TooLarge,
    /// It does not begin like a table.
    Magic,
    /// Its version is not supported.
    Version(u8),
    /// The checksum at its end does not match: the file is damaged.
    Checksum,
    /// It is too short.
    Truncated,
    /// A value in it is out of bounds; the text says which.
    Bounds(&'static str),
}

impl TableError {
    /// One sentence that says what is wrong.
    pub fn explain(self, lang: Lang) -> String {
        match self {
            TableError::TooLarge => lang
                .pick(
                    "The file is too large to be an address table.",
                    "Le fichier est trop gros pour être une table d’adresses.",
                )
                .into(),
            TableError::Magic => lang
                .pick("This is not an address table of Breakwater.", "Ce n’est pas une table d’adresses de Breakwater.")
                .into(),
            TableError::Version(v) => lang.pick(
                format!("This address table is of version {v}, which this Breakwater does not read."),
                format!("Cette table d’adresses est de la version {v}, que ce Breakwater ne lit pas."),
            ),
            TableError::Checksum => lang
                .pick(
                    "The address table is damaged: its checksum does not match.",
                    "La table d’adresses est abîmée : sa somme de contrôle ne correspond pas.",
                )
                .into(),
            TableError::Truncated => {
                lang.pick("The address table ends too early.", "La table d’adresses se termine trop tôt.").into()
            }
            TableError::Bounds(what) => lang.pick(
                format!("The address table has a value out of bounds ({what})."),
                format!("La table d’adresses contient une valeur hors limites ({what})."),
            ),
        }
    }
}

impl std::fmt::Display for TableError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.explain(Lang::En))
    }
}

impl std::error::Error for TableError {}
