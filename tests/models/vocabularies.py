"""Small tokenizers of every kind that encoders come with, trained here: word-pieces, byte-level BPE, sentencepiece."""

from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

SENTENCES = [
    "Marie Curie was born in Warsaw in 1867 and worked at the University of Paris.",
    "The U.S. company Acme Corp. (founded by John Smith) opened a plant in Georgetown, Kentucky.",
    "Anna Müller's report cost $12.5m; she didn't say “why”.",
    "北京是中国的首都。李明在北京大学工作。",
    "Los Ángeles, São Paulo und Köln – 3 cities; e-mail: a.b@c.org",
]
BERTS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
ROBERTAS = ["<s>", "<pad>", "</s>", "<unk>"]
KINDS = ("wordpiece", "characters", "bytes", "bytes-trimmed", "bytes-roberta", "unigram", "unigram-split", "unigram-roberta")


def tokenizer_of(kind: str) -> Tokenizer:
    """A tokenizer of that kind, trained on SENTENCES; …-roberta has RoBERTa's names for the special pieces."""
    special = ROBERTAS if kind.endswith("-roberta") else BERTS
    match kind.split("-"):
        case ["wordpiece"]:
            return _wordpiece(260)
        case ["characters"]:  # of Chinese BERTs: no piece is longer than a character
            return _wordpiece(10)
        case ["bytes", *rest]:
            return _bytes(special, trim="trimmed" in rest)
        case ["unigram", *rest]:
            return _unigram(special, split="split" in rest)
    raise ValueError(kind)


def _wordpiece(size: int) -> Tokenizer:
    made = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    made.normalizer = normalizers.BertNormalizer(lowercase=True)
    made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    made.train_from_iterator(SENTENCES, trainers.WordPieceTrainer(vocab_size=size, special_tokens=BERTS, show_progress=False))
    return made


def _bytes(special: list[str], trim: bool) -> Tokenizer:
    made = Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=trim)
    made.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=340, special_tokens=special, initial_alphabet=alphabet, show_progress=False)
    made.train_from_iterator(SENTENCES, trainer)
    made.post_processor = processors.ByteLevel(trim_offsets=trim)
    return made


def _unigram(special: list[str], split: bool) -> Tokenizer:
    made = Tokenizer(models.Unigram())
    spaces = [normalizers.Replace(mark, " ") for mark in "\n\t"]
    made.normalizer = normalizers.Sequence([*spaces, normalizers.NFKC()])
    words = [pre_tokenizers.WhitespaceSplit()] if split else []
    made.pre_tokenizer = pre_tokenizers.Sequence([*words, pre_tokenizers.Metaspace()])
    unknown = next(piece for piece in special if "unk" in piece.lower())
    trainer = trainers.UnigramTrainer(vocab_size=120, special_tokens=special, unk_token=unknown, show_progress=False)
    made.train_from_iterator(SENTENCES, trainer)
    return made
