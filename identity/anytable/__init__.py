"""The identity engine for any table of people, without a workspace.

Read the files → recognise their columns → features → pairs worth comparing → how each pair agrees →
a model of persons, relatives and strangers learned from the table itself → customers.
"""
