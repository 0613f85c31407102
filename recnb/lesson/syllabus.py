"""The plan of the course: every lesson's title, question, objectives and minutes.

What stands here once appears in the notebooks' headers and recaps, in the index and in
the README; `recnb.lesson.frame` writes it there, and tests compare.
"""

from __future__ import annotations

from dataclasses import dataclass

import recnb

#: Where the course is published, and the release that Binder and Colab open. Both stand
#: in plain text elsewhere, too: `python -m recnb release` changes them everywhere.
REPOSITORY = "recnb/recnb"
RELEASE = f"v{recnb.__version__}"

#: The lessons that give an answer in two hours of reading, without their exercises.
SHORT_PATH = ("00", "01", "08")


@dataclass(frozen=True)
class Lesson:
    """One lesson.

    Parameters
    ----------
    number : int
    name : str
        The notebook is ``NN_name.ipynb``.
    title : str
    question : str
        One sentence.
    minutes : int
        To read it and do the exercises.
    needs : str
        What a reader should know before.
    objectives : tuple of str
        Each completes "After this lesson you can ..."; empty until it is written.
    part : str
        "b" for the second lesson of a number: the notebook is ``NNb_name.ipynb``.
    """

    number: int
    name: str
    title: str
    question: str
    minutes: int = 0
    needs: str = ""
    objectives: tuple[str, ...] = ()
    part: str = ""

    @property
    def label(self) -> str:
        """Number and part, such as "08" or "13b"."""
        return f"{self.number:02}{self.part}"

    @property
    def stem(self) -> str:
        """Name of the notebook without its ending."""
        return f"{self.label}_{self.name}"

    @property
    def ready(self) -> bool:
        """Whether the lesson is written."""
        return bool(self.objectives)


LESSONS = (
    Lesson(
        0,
        "start_here",
        "Start here",
        "What will I learn here, and does my machine work?",
        minutes=20,
        needs="nothing but curiosity; a little Python helps",
        objectives=(
            "say what the course asks, and why the answer is open",
            "check that your machine and your data are ready",
            "get recommendations for films you like, and say why each is there",
            "work through a lesson: predict, run, do an exercise, answer a quiz",
        ),
    ),
    Lesson(
        1,
        "data_and_evaluation",
        "Data and evaluation",
        "How do we know that a recommender is good?",
        minutes=70,
        needs="NumPy and pandas at a beginner's level; what a mean and a standard "
        "deviation are",
        objectives=(
            "say what a rating dataset holds and what it does not: its long tail, what "
            "is missing not at random, and what its time stamps mean",
            "compute precision, both recalls, NDCG, hit rate and MRR by hand, and say "
            "what happens with ties",
            "name the three protocols, read a protocol card, and say why two numbers "
            "may or may not stand in one table",
            "mend a forgotten mask, and say what choosing on test data and ranking "
            "among a few drawn films do to a number",
            "put a standard error on a difference of two models, paired, and say when "
            "it is none",
        ),
    ),
    Lesson(
        2,
        "autoencoder_primer",
        "A primer",
        "What is an autoencoder?",
        minutes=89,
        needs="matrix products; what a derivative and an expectation are; a little "
        "NumPy; of lesson 01, NDCG, held-out users and the paired difference",
        objectives=(
            "follow a row through a net, and train the net with PyTorch",
            "say what a perfect copy recommends, what a nearly perfect one does, and "
            "why",
            "derive the marginalised denoising autoencoder, and say which penalty "
            "noise is",
            "tell an effect of the noise from an effect of stopping early",
            "say what a VAE's two terms pull at, why their sum needs a plus, and what "
            "the reparameterisation is for",
        ),
    ),
    Lesson(
        3,
        "autorec",
        "AutoRec",
        "Can it predict a rating?",
        minutes=90,
        needs="matrix products; of lesson 01, the rating holdout and the paired "
        "difference; of lesson 02, a net with a hidden layer and how it is trained",
        objectives=(
            "say what an RMSE is worth, by what the mean and biases reach",
            "read AutoRec and its masked loss in twenty lines, and say what happens "
            "without the mask",
            "reproduce a published number, and say which ratings train, which choose "
            "and which judge",
            "say what a test of an explanation decides, and what it leaves open",
            "find a leak of test ratings into the input, and say what it does to the "
            "number",
        ),
    ),
    Lesson(
        4,
        "deeprec",
        "DeepRec",
        "Does depth help?",
        minutes=90,
        needs="lesson 03, above all the masked loss and the 90/10 split; of lesson 02, "
        "how a net is trained; of lesson 01, the paired difference",
        objectives=(
            "build a deep autoencoder of ratings, and try three of DeepRec's ideas",
            "write dense re-feeding, step by step, and compare it at an equal number "
            "of steps",
            "tell the RMSE over all ratings from the mean of users' RMSEs",
            "say whether depth helps, for which net, and against which rival",
            "compare a random split with a split by time",
        ),
    ),
    Lesson(
        5,
        "cdae",
        "CDAE",
        "What do noise and a user node add?",
        minutes=89,
        needs="lesson 02, above all the denoising autoencoder and how a net is "
        "trained; of lesson 01, strong generalisation, NDCG, and the paired difference",
        objectives=(
            "write CDAE's net with its user node, its noise and its loss, and say how "
            "its four variants differ",
            "test whether a part of a net is drowned out by the rest",
            "say why the user node needs known users, and what a stranger can get "
            "instead of it",
            "sample negatives for the loss, and say what that does to quality and time",
            "tell the CDAE of its paper from the one that later papers compare with",
        ),
    ),
    Lesson(
        6,
        "multvae",
        "MultVAE",
        "Why multinomial? Why variational?",
        minutes=90,
        needs="lesson 02, above all the variational autoencoder; of lesson 01, strong "
        "generalisation and the paired difference; logarithms of probabilities; for "
        "one table of section 6, lesson 05",
        objectives=(
            "write a variational autoencoder's loss, and say what each of its two "
            "terms is for",
            "say why items compete under a multinomial likelihood, and whether that "
            "helps here",
            "make the mistakes of a published table, and see what they do to a number",
            "draw a code as a cloud, provoke its collapse, and recognise it",
            "count the steps of an annealing schedule that are really taken",
        ),
    ),
    Lesson(
        7,
        "svae",
        "SVAE",
        "Does order matter?",
        minutes=90,
        needs="lesson 06, above all the two terms of MultVAE's loss; of lesson 01, "
        "strong generalisation, NDCG and the paired difference; of lesson 02, ridge "
        "regression",
        objectives=(
            "split histories by time, and say what such an exam asks for",
            "write a recurrent step, and SVAE's loss on the next k films",
            "take a model apart: what comes from the target, the memory, the sampling",
            "write a linear model that knows the order, and set it beside the deep one",
            "tell recency from sequence by controls, and say what they leave open",
        ),
    ),
    Lesson(
        8,
        "ease",
        "EASE",
        "What if we remove every hidden layer?",
        minutes=80,
        needs="matrix products and the matrix inverse; what least squares is; a little "
        "NumPy; of lesson 01, the protocol and NDCG (section 2 repeats them in short)",
        objectives=(
            "write EASE in six lines, and say what each line does",
            "choose its one setting λ on validation users, and say what too "
            "little and too much of it does",
            "split one recommendation into the films that speak for it and the films "
            "that speak against it",
            "say how long training takes, and compare that with published times "
            "without being unfair",
        ),
    ),
    Lesson(
        9,
        "zero_diagonal",
        "The zero diagonal",
        "Where does the closed form come from? What does the constraint do?",
        minutes=90,
        needs="lesson 08; derivatives of a quadratic function; correlation; of lesson "
        "01, the paired difference",
        objectives=(
            "derive EASE's closed form, and check every step on numbers",
            "say why one inverse does the work of thousands of regressions, and what a "
            "multiplier measures",
            "read the inverse of the Gram matrix as direct links between films",
            "say what the zero diagonal decides, when, and why",
            "loosen the constraint by a bound, replace it by dropout, and say what "
            "either brings",
        ),
    ),
    Lesson(
        10,
        "negative_weights",
        "Negative weights",
        "What are the negative weights for?",
        minutes=90,
        needs="lesson 08; of lesson 09, that EASE is one regression a film; of lesson "
        "01, the paired difference and its standard error",
        objectives=(
            "read a weight as what is found minus what the other films suggest, and "
            "say why a negative one is no dislike",
            "say what the share of negative weights depends on, and how few of them do "
            "the work",
            "tell apart EASE clamped after solving, EASE solved without negative "
            "weights, and SLIM",
            "judge an ablation: its controls, its base rates, its errors, and how hard "
            "each model was tuned",
        ),
    ),
    Lesson(
        11,
        "dot_vs_mlp",
        "Dot product against MLP",
        "Is a learned similarity better than a dot product?",
        minutes=90,
        needs="lesson 01's leave-one-out; of lesson 02, how a net is trained; what a "
        "derivative is",
        objectives=(
            "write matrix factorisation and its training from the loss, and check a "
            "step against automatic differentiation",
            "say what GMF, MLP and NeuMF do with two vectors, and build them in a few "
            "lines",
            "say how the unclear size of published nets bears on a comparison",
            "show why a penalty on GMF's vectors holds nothing down",
            "measure what ninety-nine sampled negatives hide",
            "judge the claim that a learned similarity beats a dot product",
        ),
    ),
    Lesson(
        12,
        "learning_a_dot_product",
        "Learning a dot product",
        "Can an MLP even learn a dot product, and what would serving it cost?",
        minutes=90,
        needs="what a multilayer perceptron and its training are; of lesson 02, the "
        "denoising autoencoder; lesson 11 asks the same question on real data, but is "
        "not needed here",
        objectives=(
            "build a product out of ReLU units by hand, and say what accuracy costs",
            "draw a task whose answer is known",
            "say how far an MLP stays from the dot product, how much of that is its "
            "training, and what an inductive bias buys",
            "time one list of ten in three ways, with a recall beside every time",
            "say where in a recommender an MLP is fast enough",
        ),
    ),
    Lesson(
        13,
        "implicit_slim",
        "ImplicitSLIM",
        "Can embeddings get EASE's knowledge without its matrix?",
        minutes=90,
        needs="lessons 08 and 09; of lesson 11, matrix factorisation; of lesson 01, "
        "the paired difference; what an eigenvector is",
        objectives=(
            "rebuild a point from its neighbours, and say why the weights sum to one",
            "derive ImplicitSLIM from locally linear embedding, and check each step on "
            "numbers",
            "write it without a matrix of items by items",
            "begin or hold a matrix factorisation with it, and say where that pays",
            "judge whether a comparison is controlled, and what a control rules out",
        ),
    ),
    Lesson(
        13,
        "other_hosts",
        "Other hosts",
        "Does ImplicitSLIM lift a strong net, what does a graph know, and what do tags "
        "add?",
        minutes=75,
        needs="lesson 13, and lesson 08's closed form; of lesson 06, the two terms of "
        "a variational autoencoder's loss; of lesson 01, the paired difference; what "
        "an eigenvector is",
        objectives=(
            "write RecVAE's composite prior, and say what it remembers",
            "say what a prior of made-up users saves where users come in groups",
            "read a model of graphs as a filter, and say what GF-CF lets pass",
            "say whether ImplicitSLIM lifts RecVAE, with the error of the difference",
            "give films tags in closed form, and tell a gain on all films from one on "
            "films with few fans",
        ),
        part="b",
    ),
    Lesson(
        14,
        "infinitely_wide",
        "Infinitely wide",
        "What if only the kernel changes?",
        minutes=75,
        needs="lessons 08 and 09; of lesson 02, a net with a hidden layer and gradient "
        "descent; of lesson 01, the paired difference; what an angle between two "
        "vectors is",
        objectives=(
            "turn ridge regression into its dual form, and say what users do there",
            "take two histories through a ReLU layer of infinite width, by hand",
            "say what such a net keeps of a net, and what it loses",
            "say what the kernel brings over EASE and over ridge, and from how many "
            "users on",
            "take a film's own share out of the dual form, and say when that is EASE",
        ),
    ),
    Lesson(
        15,
        "showdown",
        "The showdown",
        "So: who wins, at what cost, on whose data?",
        minutes=90,
        needs="lessons 01 and 08; each other lesson that you have read makes one row "
        "of the tables your own",
        objectives=(
            "compare models at equal minutes of tuning or equal trials, and say which",
            "read a table with errors, and say which models it can tell apart",
            "weigh quality against time, size, popularity and kinds of users",
            "say, row by row, why a known table of six models misleads",
            "answer the course's question, with its conditions",
        ),
    ),
    Lesson(
        16,
        "at_scale",
        "At scale",
        "And when it no longer fits?",
        minutes=75,
        needs="lessons 08 and 13; of lesson 09, exercise 4; helpful: 12 and 13b",
        objectives=(
            "say what EASE costs for a catalogue, and where a machine ends",
            "make EASE's weights out of many small inverses, and say what is lost",
            "learn from likes that never were in memory, on workers that may die",
            "take new users in without learning anew, and name the limit",
            "plan bytes, hours and money, and say what breaks first",
        ),
    ),
)


def find_lesson(label: str) -> Lesson:
    """Return the lesson of this label, such as "08".

    Raises
    ------
    ValueError
        If the plan has none.
    """
    for lesson in LESSONS:
        if lesson.label == label:
            return lesson
    known = ", ".join(lesson.label for lesson in LESSONS)
    raise ValueError(f"There is no lesson {label}; there are {known}.")


def lesson_of(stem: str) -> Lesson:
    """Return the lesson whose notebook has this name, such as "08_ease".

    Raises
    ------
    ValueError
        If the plan has none.
    """
    return find_lesson(stem.partition("_")[0])
