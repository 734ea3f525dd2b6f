"""How well does the engine read? Runs it over a folder of documents with known answers, scores, reports, compares.

python -m evaluation FOLDER [--report OUT] [--baseline REPORT.json]
"""
