"""What did the user configure?"""
