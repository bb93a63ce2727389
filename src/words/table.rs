//! The address table: why one is refused, and how old the one in use is.

use super::Lang;
use crate::cloud::TableError;
use crate::protocol::PanelReply;

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
                    "La table d’adresses est abîmée : sa somme de contrôle ne correspond pas.",
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

impl PanelReply {
    /// The table that the person chose is refused, and the one in use stays.
    pub(crate) fn bad_table(wrong: TableError, lang: Lang) -> PanelReply {
        let rest = lang.pick(
            "The table in use stays. Choose a cloud.bin that ./build.sh atlas wrote.",
            "La table en service reste. Choisissez un cloud.bin écrit par ./build.sh atlas.",
        );
        PanelReply::problem("table", "bad-table", &format!("{} {rest}", wrong.explain(lang)))
    }
}

/// The address data is old.
pub(crate) fn old_data(days: i64, lang: Lang) -> String {
    lang.pick(
        format!("The address data is {days} days old: where an endpoint stands may have changed since."),
        format!("Les données d’adresses ont {days} jours : le terrain d’un point d’accès a pu changer depuis."),
    )
}
