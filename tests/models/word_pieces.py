"""A small word-piece tokenizer, made here: tests need no weights and no network."""

from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
WORDS = ["john", "smith", "works", "for", "acme", "in", "paris", "the", "of", "is", "was", "born", "and", "s"]
MARKS = list(".,;:!?()[]{}\"'-–/$%&")


def word_pieces():
    """Letters, a few words, marks: in lower case, as BERT cuts."""
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *LETTERS, *(f"##{letter}" for letter in LETTERS), *WORDS, *MARKS]
    vocab = {piece: number for number, piece in enumerate(dict.fromkeys(pieces))}
    made = Tokenizer(models.WordPiece(vocab, unk_token="[UNK]", max_input_chars_per_word=100))
    made.normalizer = normalizers.BertNormalizer(lowercase=True)
    made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    made.add_special_tokens(["[PAD]", "[UNK]", "[CLS]", "[SEP]"])
    return made
