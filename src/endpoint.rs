//! A parsed endpoint URL whose `Debug` and `Display` never show a secret.
