"""Benchmarks: speed, memory and accuracy beside baselines measured in the same run."""
