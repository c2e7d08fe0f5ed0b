"""What all pages that kgbuild writes share: pieces of HTML, the sheet around them, small drawings. Knows no graph and no score."""
