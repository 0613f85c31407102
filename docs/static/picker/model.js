/* EASE, as in recnb/models/ease.py: from counted likes to weights, lists and reasons. */

(function (picker) {
    "use strict";

    /**
     * Return the inverse of a matrix from its Cholesky factor L: rows of numbers.
     *
     * With M = L⁻¹ it is MᵀM. The loops run along rows, as the memory does; ml-matrix
     * solves down the columns, which takes ten times as long.
     */
    function inverseFromFactor(L) {
        const n = L.length;
        const rows = () => Array.from({ length: n }, () => new Float64Array(n));
        const M = rows();
        const P = rows();
        for (let i = 0; i < n; i++) {
            M[i][i] = 1;
            for (let k = 0; k < i; k++) addTo(M[i], -L[i][k], M[k], k);
            for (let j = 0; j <= i; j++) M[i][j] /= L[i][i];
        }
        for (let k = 0; k < n; k++) {
            for (let i = 0; i <= k; i++) addTo(P[i], M[k][i], M[k], i);
        }
        for (let i = 0; i < n; i++) {
            for (let j = 0; j < i; j++) P[j][i] = P[i][j];
        }
        return P;
    }

    /** Add a multiple of a row to another, up to the column `last`. */
    function addTo(row, factor, other, last) {
        for (let j = 0; j <= last; j++) row[j] += factor * other[j];
    }

    /**
     * Return EASE's weights: B[i][j] is what having film i adds to film j's score.
     *
     * With P the inverse of the Gram matrix plus l2 on its diagonal, B[i][j] is
     * -P[i][j] / P[j][j], and 0 on the diagonal.
     */
    function train(gram, l2) {
        const G = new mlMatrix.Matrix(gram);
        for (let i = 0; i < gram.length; i++) G.set(i, i, gram[i][i] + l2);
        const factor = new mlMatrix.CholeskyDecomposition(G).lowerTriangularMatrix;
        const B = inverseFromFactor(factor.to2DArray());
        const diagonal = B.map((row, i) => row[i]);
        B.forEach((row, i) => {
            for (let j = 0; j < row.length; j++) row[j] /= -diagonal[j];
            row[i] = 0;
        });
        return B;
    }

    /** Return the weights of the ticked films for film j: pairs, the largest first. */
    function explain(weights, ticked, j) {
        return ticked.map((i) => [i, weights[i][j]]).sort((a, b) => b[1] - a[1]);
    }

    /** Return the k films that score best, without the ticked: codes and scores. */
    function recommend(weights, ticked, k) {
        const score = (j) => ticked.reduce((sum, i) => sum + weights[i][j], 0);
        return [...weights.keys()]
            .filter((code) => !ticked.includes(code))
            .map((code) => ({ code, score: score(code) }))
            .sort((a, b) => b.score - a.score) // stable: ties go to the lower code
            .slice(0, k);
    }

    Object.assign(picker, { train, explain, recommend });
})(globalThis.picker);
