"""The roster engine: files, scores, every level against brute force, proofs, conflicts, explanations, processes."""
