"""XLSForms, their versions and privacy classes, and the KoBo server they are deployed on."""
